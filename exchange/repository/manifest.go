package repository

import (
	"encoding/json"
	"encoding/xml"
	"path"
	"slices"
	"strings"
)

// goModule reads go.mod: the module's name without its version, and what it needs itself.
func goModule(_, text string) (out said) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "// indirect") {
			continue
		}
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) > 1 && words[0] == "module":
			out.name = withoutMajor(strings.Trim(words[1], `"`+"`"))
		case len(words) > 2 && words[0] == "require":
			out.needs = append(out.needs, withoutVersion(words[1]))
		case len(words) > 1 && strings.HasPrefix(words[1], "v"):
			out.needs = append(out.needs, withoutVersion(words[0]))
		}
	}
	return out
}

// withoutMajor gives the last part of a module's name that is not a version.
func withoutMajor(module string) string {
	return base(withoutVersion(module))
}

func withoutVersion(module string) string {
	dir, last := path.Split(module)
	if len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" && dir != "" {
		return strings.TrimSuffix(dir, "/")
	}
	return module
}

// nodePackage reads package.json.
func nodePackage(_, text string) (out said) {
	var p struct {
		Name            string                     `json:"name"`
		Dependencies    map[string]json.RawMessage `json:"dependencies"`
		DevDependencies map[string]json.RawMessage `json:"devDependencies"`
		Workspaces      json.RawMessage            `json:"workspaces"`
	}
	_ = json.Unmarshal([]byte(text), &p) // what is not as expected is left out
	out.name, out.holder = base(p.Name), len(p.Workspaces) > 0
	out.needs = append(keys(p.Dependencies), keys(p.DevDependencies)...)
	return out
}

// phpPackage reads composer.json.
func phpPackage(_, text string) said {
	var p struct {
		Name    string                     `json:"name"`
		Require map[string]json.RawMessage `json:"require"`
	}
	_ = json.Unmarshal([]byte(text), &p) // what is not as expected is left out
	return said{name: base(p.Name), needs: keys(p.Require)}
}

// base gives the last part of a name; path.Base would make "." of nothing.
func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func keys(m map[string]json.RawMessage) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// pythonProject reads the name of pyproject.toml, and the words of any file that lists what is needed.
func pythonProject(file, text string) said {
	out := wordsOf(file, text)
	if path.Base(file) == "pyproject.toml" {
		out.name = tomlName(text, "project", "tool.poetry")
	}
	return out
}

// rustCrate reads Cargo.toml.
func rustCrate(file, text string) said {
	out := wordsOf(file, text)
	out.name = tomlName(text, "package")
	out.holder = out.name == "" && strings.Contains(text, "[workspace")
	return out
}

// tomlName gives the name that one of some tables says, without reading the whole language.
func tomlName(text string, tables ...string) string {
	table := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			table = strings.Trim(line, "[] ")
			continue
		}
		key, value, is := strings.Cut(line, "=")
		if value = strings.TrimSpace(value); is && strings.TrimSpace(key) == "name" && slices.Contains(tables, table) && len(value) > 2 {
			name, _, _ := strings.Cut(value[1:], value[:1])
			return name
		}
	}
	return ""
}

// javaProject reads the name of pom.xml, and the words of any file that lists what is needed.
func javaProject(file, text string) said {
	out := wordsOf(file, text)
	if path.Base(file) == "pom.xml" {
		var p struct {
			Name    string    `xml:"artifactId"`
			Package string    `xml:"packaging"`
			Modules *struct{} `xml:"modules"`
		}
		if xml.Unmarshal([]byte(text), &p) == nil {
			out.name, out.holder = strings.TrimSpace(p.Name), strings.TrimSpace(p.Package) == "pom" && p.Modules != nil
		}
	}
	return out
}

// dotnetProject reads a project file, which has the name of its project.
func dotnetProject(file, text string) said {
	out := wordsOf(file, text)
	out.name = strings.TrimSuffix(path.Base(file), path.Ext(file))
	return out
}

// wordsOf gives the words of a text that could be names of what is needed.
func wordsOf(_, text string) (out said) {
	for _, w := range strings.FieldsFunc(uncommented(text), func(r rune) bool { return !inName(r) }) {
		out.needs = append(out.needs, strings.Trim(w, "-./"))
	}
	slices.Sort(out.needs)
	out.needs = slices.Compact(out.needs)
	return out
}

func inName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("@_./-", r)
}
