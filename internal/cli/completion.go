package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/internal/app"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help shows how it is used.
func (completionCommand) Help() string {
	return `For the shell that you are in:
  source <(bulkhead completion bash)
  source <(bulkhead completion zsh)
  bulkhead completion fish | source

For every new one, put that line at the end of ~/.bashrc, of ~/.zshrc (after compinit) or of ~/.config/fish/config.fish.`
}

// Run writes the script of a shell. It is made from the grammar of the commands, so that it cannot be behind it, and holds
// all that there is to complete: pressing the key runs nothing.
func (k *completionCommand) Run(c *command, parsed *kong.Context) error {
	var script strings.Builder
	switch stops := stopsOf(parsed.Model.Node, "", nil); k.Shell {
	case "bash":
		inBash(&script, stops)
	case "zsh":
		inZsh(&script, stops)
	default:
		inFish(&script, stops)
	}
	if _, err := io.WriteString(c.Out, script.String()); err != nil {
		return fault.Wrap(fault.Internal, err, "the script could not be written")
	}
	return nil
}

// stop is a command in the grammar, and what may come after it.
type stop struct {
	at       string // such as /decision/draft; empty before any command
	commands []named
	flags    []flag
	words    []string // what may come that is no flag; files, where it is empty and there are no commands
}

type named struct{ name, help string }

type flag struct {
	name, help string
	short      string
	takes      string   // what sort of value, such as FILE; empty where it takes none
	words      []string // the values, where there is a list of them
}

// isFile says whether the value of a flag is a file or folder.
func (f *flag) isFile() bool {
	return strings.Contains(f.takes, "FILE") || strings.Contains(f.takes, "PATH") || strings.Contains(f.takes, "DIR")
}

// stopsOf gives a command and all below it.
func stopsOf(n *kong.Node, at string, to []stop) []stop {
	here := stop{at: at}
	for _, p := range n.Positional {
		here.words = append(here.words, wordsOf(p)...)
	}
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			here.flags = append(here.flags, flagOf(f))
		}
	}
	place := len(to)
	to = append(to, here)
	for _, child := range n.Children {
		if !child.Hidden {
			here.commands = append(here.commands, named{child.Name, brief(child.Help)})
			to = stopsOf(child, at+"/"+child.Name, to)
		}
	}
	to[place] = here
	return to
}

func flagOf(f *kong.Flag) flag {
	out := flag{name: f.Name, help: brief(f.Help), words: wordsOf(f.Value)}
	if f.Short != 0 {
		out.short = string(f.Short)
	}
	if !f.IsBool() {
		out.takes = strings.ToUpper(f.Name)
		if f.PlaceHolder != "" {
			out.takes = f.PlaceHolder
		}
	}
	return out
}

// wordsOf gives the values that there are to choose from: those that the grammar lists, or the answers to the question that
// a flag answers.
func wordsOf(v *kong.Value) (out []string) {
	if v.Enum != "" {
		return slices.DeleteFunc(v.EnumSlice(), func(w string) bool { return w == "" })
	}
	for _, q := range (&app.Beginning{}).Questions() {
		if q.ID != v.Tag.Get("answers") {
			continue
		}
		for _, c := range q.Choices {
			out = append(out, strings.ReplaceAll(c.Word, " ", "-"))
		}
	}
	return out
}

// brief gives the first sentence of a help text, without its end.
func brief(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	return strings.TrimRight(first, ".:")
}

func (s *stop) flagNames() (out []string) {
	for _, f := range s.flags {
		out = append(out, "--"+f.name)
	}
	return out
}

func (s *stop) commandNames() (out []string) {
	for _, c := range s.commands {
		out = append(out, c.name)
	}
	return out
}

// ways gives all commands, as a shell compares what was typed with.
func ways(stops []stop, between string) string {
	var all []string
	for _, s := range stops {
		if s.at != "" {
			all = append(all, s.at)
		}
	}
	return strings.Join(all, between)
}

// single puts a text in single quotes, as bash and zsh read them.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func inBash(w io.Writer, stops []stop) {
	fmt.Fprintf(w, `# Completion of bulkhead in bash: source <(bulkhead completion bash)
_bulkhead() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= words= i
    if [[ $cur == = ]]; then # bash takes --flag=value for three words
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case $at/${COMP_WORDS[i]} in
            %s) at=$at/${COMP_WORDS[i]} ;;
        esac
    done
    case $at:$prev in
`, ways(stops, " | "))
	for _, s := range stops {
		var files, texts []string
		for _, f := range s.flags {
			switch {
			case len(f.words) > 0:
				fmt.Fprintf(w, "        %s) words=%s ;;\n", strings.Join(typed(s.at, f), " | "), single(strings.Join(f.words, " ")))
			case f.isFile():
				files = append(files, typed(s.at, f)...)
			case f.takes != "":
				texts = append(texts, typed(s.at, f)...)
			}
		}
		if len(files) > 0 {
			fmt.Fprintf(w, "        %s) ;;\n", strings.Join(files, " | "))
		}
		if len(texts) > 0 {
			fmt.Fprintf(w, "        %s) compopt +o default 2>/dev/null ;;\n", strings.Join(texts, " | "))
		}
	}
	fmt.Fprint(w, "        *)\n            case $at:$cur in\n")
	for _, s := range stops {
		fmt.Fprintf(w, "                %s:-*) words=%s ;;\n", s.at, single(strings.Join(s.flagNames(), " ")))
		fmt.Fprintf(w, "                %s:*) words=%s ;;\n", s.at, single(strings.Join(append(s.commandNames(), s.words...), " ")))
	}
	fmt.Fprint(w, `            esac
            ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _bulkhead bulkhead
`)
}

// typed gives the ways to write a flag, as they are compared with what was typed.
func typed(at string, f flag) []string {
	out := []string{at + ":--" + f.name}
	if f.short != "" {
		out = append(out, at+":-"+f.short)
	}
	return out
}

func inZsh(w io.Writer, stops []stop) {
	fmt.Fprintf(w, `#compdef bulkhead
# Completion of bulkhead in zsh: source <(bulkhead completion zsh)
_bulkhead() {
    local at= word
    local -a commands flags
    for word in "${(@)words[2,CURRENT-1]}"; do
        case $at/$word in
            (%s) at=$at/$word ;;
        esac
    done
    case $at in
`, ways(stops, "|"))
	for _, s := range stops {
		fmt.Fprintf(w, "        (%s)\n", single(s.at))
		if len(s.commands) > 0 {
			fmt.Fprint(w, "            commands=(\n")
			for _, c := range s.commands {
				fmt.Fprintf(w, "                %s\n", single(c.name+":"+c.help))
			}
			fmt.Fprint(w, "            )\n")
		}
		fmt.Fprint(w, "            flags=(\n")
		for _, f := range s.flags {
			fmt.Fprintf(w, "                %s\n", strings.Join(zshFlag(f), "\n                "))
		}
		fmt.Fprintf(w, "                %s\n            )\n            ;;\n", single("*: :"+zshRest(s)))
	}
	fmt.Fprint(w, `    esac
    if (( $#commands )) && [[ $PREFIX != -* ]]; then
        _describe -t commands command commands
    else
        _arguments $flags
    fi
}
if [[ $funcstack[1] == _bulkhead ]]; then
    _bulkhead "$@"
else
    compdef _bulkhead bulkhead
fi
`)
}

// zshFlag describes a flag as _arguments reads it, once for each way to write it.
func zshFlag(f flag) (out []string) {
	help := "[" + strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(f.help) + "]"
	value := ""
	switch {
	case len(f.words) > 0:
		value = ":" + f.takes + ":(" + strings.Join(f.words, " ") + ")"
	case f.isFile():
		value = ":" + f.takes + ":_files"
	case f.takes != "":
		value = ":" + f.takes + ": "
	}
	equals := ""
	if value != "" {
		equals = "="
	}
	out = append(out, single("*--"+f.name+equals+help+value))
	if f.short != "" {
		out = append(out, single("*-"+f.short+help+value))
	}
	return out
}

func zshRest(s stop) string {
	switch {
	case len(s.words) > 0:
		return "(" + strings.Join(s.words, " ") + ")"
	case len(s.commands) > 0:
		return ""
	}
	return "_files"
}

func inFish(w io.Writer, stops []stop) {
	fmt.Fprintf(w, `# Completion of bulkhead in fish: bulkhead completion fish | source
function __bulkhead_at
    set -l at ''
    set -l typed (commandline -opc)
    set -e typed[1]
    for word in $typed
        switch "$at/$word"
            case %s
                set at "$at/$word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c bulkhead -e
`, ways(stops, " "))
	for _, s := range stops {
		here := "complete -c bulkhead -n " + fishQuoted("__bulkhead_at '"+s.at+"'")
		for _, c := range s.commands {
			fmt.Fprintf(w, "%s -f -a %s -d %s\n", here, c.name, fishQuoted(c.help))
		}
		if len(s.words) > 0 {
			fmt.Fprintf(w, "%s -f -a %s\n", here, fishQuoted(strings.Join(s.words, " ")))
		}
		for _, f := range s.flags {
			fmt.Fprintf(w, "%s -l %s%s -d %s\n", here, f.name, fishFlag(f), fishQuoted(f.help))
		}
	}
}

func fishFlag(f flag) (out string) {
	if f.short != "" {
		out += " -s " + f.short
	}
	switch {
	case len(f.words) > 0:
		out += " -x -a " + fishQuoted(strings.Join(f.words, " "))
	case f.isFile():
		out += " -r"
	case f.takes != "":
		out += " -x"
	}
	return out
}

func fishQuoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}
