# Completion of paystress for fish: commands and options as its own --help lists them.
function __paystress_command
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; or begin
            echo $word
            return
        end
    end
end
function __paystress_complete
    set -l program (commandline -opc)[1]
    set -l command (__paystress_command)
    if test -z "$command"
        $program --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z_-]*\)  *\(.*\)/\1\t\2/p'
    else if string match -q -- '-*' (commandline -ct)
        $program $command --help 2>/dev/null | string match -r -- '^  (?:-[a-zA-Z],)?--[a-z-]+' | string match -r -- '--[a-z-]+'
    end
end
complete -c paystress -n 'test -z (__paystress_command)' -f
complete -c paystress -a '(__paystress_complete)'
