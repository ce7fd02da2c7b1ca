# Completion of paystress for bash: commands and options as its own --help lists them.
_paystress() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} command= word
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || { command=$word; break; }
  done
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "$("$program" --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z_-]*\)  .*/\1/p') --help --version" -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$("$program" "$command" --help 2>/dev/null | grep -oE '^  (-[a-zA-Z],)?--[a-z-]+' | grep -oE -- '--[a-z-]+')" -- "$current"))
  fi
}
complete -o default -F _paystress paystress
