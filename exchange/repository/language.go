package repository

import "github.com/bulkhead-assurance/bulkhead/model"

// lang is what a service is made with: the files that say so, the files that pin what it is made from, how the name and
// the dependencies are read, and what the dependencies say about what sort of part it is.
type lang struct {
	name      string
	manifests []string // patterns of names
	locks     []string
	read      func(file, text string) said
	tells     []tell // the first that is among the dependencies counts
}

// said is what a manifest says.
type said struct {
	name   string
	needs  []string // what it is made from
	holder bool     // it only holds others together
}

// tell is a dependency that says what sort of part depends on it.
type tell struct {
	needs string
	is    model.ComponentType
}

// languages that are told apart. The tells are no list of all that there is: a part whose sort nothing tells is drafted
// as of the sort that is asked the most of.
func languages() []lang {
	return []lang{
		{
			name: "Go", manifests: []string{"go.mod"}, locks: []string{"go.sum"}, read: goModule,
			tells: among("api", "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/go-chi/chi", "github.com/gofiber/fiber", "github.com/gorilla/mux", "connectrpc.com/connect", "google.golang.org/grpc"),
		},
		{
			name: "JavaScript or TypeScript", manifests: []string{"package.json"}, locks: []string{"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"}, read: nodePackage,
			tells: join(
				among("mobile-application", "react-native", "expo", "@capacitor/core"), among("desktop-application", "electron"),
				among("web-application", "next", "nuxt", "react", "vue", "@angular/core", "svelte", "govuk-frontend", "nhsuk-frontend", "nunjucks", "gatsby"),
				among("api", "express", "fastify", "koa", "@nestjs/core", "@hapi/hapi")),
		},
		{
			name: "Python", manifests: []string{"pyproject.toml", "requirements.txt", "requirements-*.txt", "requirements.in", "Pipfile", "setup.py", "setup.cfg"}, locks: []string{"poetry.lock", "uv.lock", "Pipfile.lock", "pdm.lock"}, read: pythonProject,
			tells: join(among("api", "fastapi", "djangorestframework", "starlette", "flask-restx"), among("web-application", "django", "flask", "streamlit", "govuk-frontend-jinja")),
		},
		{
			name: "Java", manifests: []string{"pom.xml", "build.gradle", "build.gradle.kts"}, locks: []string{"gradle.lockfile"}, read: javaProject,
			tells: join(among("web-application", "spring-boot-starter-thymeleaf", "spring-boot-starter-freemarker", "vaadin-core"), among("api", "spring-boot-starter-web", "spring-boot-starter-webflux", "quarkus-rest", "quarkus-resteasy", "micronaut-http-server-netty", "dropwizard-core")),
		},
		{
			name: "Ruby", manifests: []string{"Gemfile"}, locks: []string{"Gemfile.lock"}, read: wordsOf,
			tells: join(among("web-application", "rails", "sinatra", "hanami"), among("api", "grape")),
		},
		{
			name: "Rust", manifests: []string{"Cargo.toml"}, locks: []string{"Cargo.lock"}, read: rustCrate,
			tells: join(among("desktop-application", "tauri"), among("api", "actix-web", "axum", "rocket", "warp", "tonic")),
		},
		{
			name: "PHP", manifests: []string{"composer.json"}, locks: []string{"composer.lock"}, read: phpPackage,
			tells: among("web-application", "laravel/framework", "symfony/framework-bundle", "drupal/core", "drupal/core-recommended", "slim/slim"),
		},
		{
			name: ".NET", manifests: []string{"*.csproj", "*.fsproj", "*.vbproj"}, locks: []string{"packages.lock.json"}, read: dotnetProject,
			tells: join(among("mobile-application", "UseMaui"), among("web-application", "Microsoft.NET.Sdk.Web"), among("process", "Microsoft.NET.Sdk.Worker")),
		},
		{
			name: "Elixir", manifests: []string{"mix.exs"}, locks: []string{"mix.lock"}, read: wordsOf,
			tells: among("web-application", "phoenix"),
		},
	}
}

func among(is model.ComponentType, needs ...string) []tell {
	out := make([]tell, len(needs))
	for i, n := range needs {
		out[i] = tell{needs: n, is: is}
	}
	return out
}

func join(lists ...[]tell) (out []tell) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// images that say what they are, by the last part of their name, for what is made from nothing else.
func images() []tell {
	return join(
		among("gateway", "nginx", "httpd", "traefik", "haproxy", "envoy", "caddy", "varnish"),
		among("datastore", "postgres", "mysql", "mariadb", "mongo", "redis", "valkey", "opensearch", "elasticsearch"),
		among("queue", "rabbitmq", "kafka", "nats", "activemq"),
		among("identity-provider", "keycloak"), among("secrets-store", "vault"), among("file-store", "minio"))
}
