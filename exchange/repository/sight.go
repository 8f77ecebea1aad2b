package repository

import (
	"path"
	"strings"
)

// look notes what a file is a sign of.
func (s *sightings) look(t *tree, file string) {
	base := path.Base(file)
	for _, l := range languages() {
		switch {
		case matches(base, l.manifests):
			s.saw(language, l.name, file)
			s.place(file).manifest(file, l, t.text(file, t.limits.File))
		case matches(base, l.locks):
			s.saw(language, l.name, file)
			s.place(file).locked(file)
		}
	}
	s.container(t, file, base)
	s.infrastructure(t, file, base)
	text := s.pipeline(t, file)
	s.signs(t, file, base, text)
}

func (s *sightings) container(t *tree, file, base string) {
	switch {
	case matches(base, []string{"Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile", "Containerfile.*"}) && !strings.HasSuffix(base, ".dockerignore"):
		s.saw(container, "Container image", file)
		s.place(file).container(file, baseImage(t.text(file, t.limits.File)))
	case matches(base, []string{"compose.yaml", "compose.yml", "compose.*.yaml", "compose.*.yml", "docker-compose*.yaml", "docker-compose*.yml"}):
		s.saw(composition, "Compose", file)
	}
}

// enough is how much of a file is read to see what it is.
const enough = 8 << 10

func (s *sightings) infrastructure(t *tree, file, base string) {
	what := ""
	switch ext := path.Ext(base); {
	case ext == ".tf" || strings.HasSuffix(base, ".tf.json"):
		what = "Terraform"
	case ext == ".bicep":
		what = "Bicep"
	case base == "Chart.yaml":
		what = "Helm"
	case matches(base, []string{"serverless.yml", "serverless.yaml"}):
		what = "Serverless Framework"
	case base == "cdk.json":
		what = "AWS CDK"
	case matches(base, []string{"Pulumi.yaml", "Pulumi.yml"}):
		what = "Pulumi"
	case ext == ".yaml" || ext == ".yml":
		what = manifestOf(t.text(file, enough))
	}
	if what != "" {
		s.saw(infrastructure, what, file)
	}
}

// manifestOf says what a YAML file deploys, going by the keys at its left edge; empty where it deploys nothing.
func manifestOf(text string) string {
	has := map[string]string{}
	for line := range strings.Lines(text) {
		if key, value, is := strings.Cut(line, ":"); is && key != "" && has[key] == "" {
			has[key] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	switch {
	case has["AWSTemplateFormatVersion"] != "" || strings.HasPrefix(has["Transform"], "AWS::"):
		return "CloudFormation"
	case has["apiVersion"] != "" && has["kind"] != "" && !strings.HasPrefix(has["apiVersion"], "backstage.io/"):
		return "Kubernetes"
	}
	return ""
}

// pipeline notes a file that says how the service is built, and gives its text.
func (s *sightings) pipeline(t *tree, file string) string {
	what := ""
	switch dir, base := path.Split(file); {
	case dir == ".github/workflows/" && matches(base, []string{"*.yml", "*.yaml"}):
		what = "GitHub Actions"
	case file == ".gitlab-ci.yml":
		what = "GitLab CI"
	case base == "Jenkinsfile":
		what = "Jenkins"
	case matches(file, []string{"azure-pipelines.yml", "azure-pipelines.yaml"}):
		what = "Azure Pipelines"
	case dir == ".circleci/" && matches(base, []string{"config.yml", "config.yaml"}):
		what = "CircleCI"
	case file == "bitbucket-pipelines.yml":
		what = "Bitbucket Pipelines"
	default:
		return ""
	}
	s.saw(pipeline, what, file)
	return t.text(file, t.limits.File)
}

// matches says whether a name is like one of some patterns.
func matches(name string, patterns []string) bool {
	for _, p := range patterns {
		if is, err := path.Match(p, name); is && err == nil {
			return true
		}
	}
	return false
}

// baseImage gives the image that the last stage of a container's recipe is made from; empty where it does not say.
func baseImage(recipe string) string {
	stages := map[string]string{}
	image := ""
	for line := range strings.Lines(recipe) {
		words := strings.Fields(line)
		if len(words) < 2 || !strings.EqualFold(words[0], "FROM") {
			continue
		}
		words = words[1:]
		for len(words) > 1 && strings.HasPrefix(words[0], "--") {
			words = words[1:]
		}
		image = words[0]
		if earlier, is := stages[strings.ToLower(image)]; is {
			image = earlier
		}
		if len(words) > 2 && strings.EqualFold(words[1], "AS") {
			stages[strings.ToLower(words[2])] = image
		}
	}
	if strings.Contains(image, "$") {
		return "" // it is said when the image is built
	}
	image, _, _ = strings.Cut(image, "@")
	return shown(image)
}
