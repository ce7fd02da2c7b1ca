# The pay engine for other programs: find_package(paystress), then link paystress::scenarios (reads studies and ledgers)
# or paystress::model (pays).
include(CMakePackageConfigHelpers)
foreach(room IN ITEMS model scenarios flags)
  set_target_properties(paystress_${room} PROPERTIES EXPORT_NAME ${room})
endforeach()
install(TARGETS paystress_flags paystress_model paystress_scenarios EXPORT paystress COMPONENT libraries
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/paystress)
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/paystress)
install(EXPORT paystress NAMESPACE paystress:: FILE paystressTargets.cmake DESTINATION ${package_directory}
        COMPONENT libraries)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/paystressConfig.cmake.in paystressConfig.cmake
                              INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(paystressConfigVersion.cmake COMPATIBILITY ExactVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/paystressConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/paystressConfigVersion.cmake
        DESTINATION ${package_directory} COMPONENT libraries)

# A Debian package of the program: cmake --build DIR --target paystress && cpack --config DIR/CPackConfig.cmake
set(PAYSTRESS_PACKAGER "paystress <packager@unknown.invalid>" CACHE STRING "Who makes the package: NAME <ADDRESS>")
string(TIMESTAMP packaged_at "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH where that is set
file(CONFIGURE OUTPUT changelog @ONLY CONTENT [[
paystress (@PROJECT_VERSION@) stable; urgency=medium

  * See analysis/CHANGES.md of the sources for what moves numbers.

 -- @PAYSTRESS_PACKAGER@  @packaged_at@
]])
find_program(GZIP_PROGRAM gzip REQUIRED)
execute_process(COMMAND ${GZIP_PROGRAM} -9nkf changelog WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
                COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/paystress COMPONENT program)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/paystress RENAME copyright
        COMPONENT program)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "${PAYSTRESS_PACKAGER}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME paystress)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
    "Samples a practice day by day, pays every month by the rules of the\ncontract, and tells what the offer really pays and how badly it can go.")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Monte Carlo stress tests of clinician pay contracts")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
include(CPack)
