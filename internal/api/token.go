package api

import (
	"context"
	"net/http"

	"github.com/bulkhead-assurance/bulkhead/access"
	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/registry"
)

// Allowed is what a token may do, and for what.
type Allowed struct {
	Role     string   `json:"role" doc:"The role in whose name it does it, by its id in the library"`
	Units    []string `json:"units,omitempty" doc:"For these units and those below them; with neither units nor services, for everything"`
	Services []string `json:"services,omitempty" doc:"For these services"`
	Uses     []string `json:"uses,omitempty" doc:"What it may do of what the role may, such as record-evidence; left out, all that a token may"`
}

// TokenLine is a token without its secret.
type TokenLine struct {
	Token   string  `json:"token" doc:"Its id"`
	Name    string  `json:"name" doc:"What it is for"`
	By      string  `json:"by" doc:"Who made it, by an id"`
	Scope   Allowed `json:"scope"`
	Created string  `json:"created" format:"date-time"`
	Expires string  `json:"expires" format:"date-time"`
	Revoked string  `json:"revoked" doc:"When it was revoked; empty while it counts"`
}

// CreatedToken is a token with its secret.
type CreatedToken struct {
	TokenLine
	Secret string `json:"secret" doc:"What to send after Authorization: Bearer. It is shown this once"`
}

// WebhookLine is an address to which news is sent.
type WebhookLine struct {
	Webhook string   `json:"webhook" doc:"Its id"`
	Host    string   `json:"host" doc:"Where it leads; of the address only the host is shown"`
	Events  []string `json:"events" nullable:"false"`
	At      string   `json:"at" format:"date-time" doc:"When it was set"`
}

// CreatedWebhook is a webhook with its key.
type CreatedWebhook struct {
	Webhook string `json:"webhook" doc:"Its id"`
	Key     string `json:"key" doc:"With it the receiver checks that what comes is from here. It is shown this once"`
}

func (f *face) machines(d desk) {
	const area = "machines"
	add(d, operation{id: "list-tokens", method: http.MethodGet, path: "/tokens", summary: "List the tokens that you may know of", area: area, use: access.ReadTokens}, f.listTokens)
	add(d, operation{id: "create-token", method: http.MethodPost, path: "/tokens", summary: "Make a token for a machine", area: area, use: access.CreateToken, status: http.StatusCreated, secret: true}, f.createToken)
	add(d, operation{id: "revoke-token", method: http.MethodDelete, path: "/tokens/{token}", summary: "End a token at once", area: area, use: access.RevokeToken}, f.revokeToken)
	add(d, operation{id: "list-webhooks", method: http.MethodGet, path: "/webhooks", summary: "List the addresses to which news is sent", area: area, use: access.ManageWebhooks}, f.listWebhooks)
	add(d, operation{id: "set-webhook", method: http.MethodPost, path: "/webhooks", summary: "Have news sent to an address", area: area, use: access.ManageWebhooks, status: http.StatusCreated, secret: true}, f.setWebhook)
	add(d, operation{id: "remove-webhook", method: http.MethodDelete, path: "/webhooks/{webhook}", summary: "Have nothing more sent to an address", area: area, use: access.ManageWebhooks}, f.removeWebhook)
}

func tokenLine(t *registry.KeptToken) TokenLine {
	return TokenLine{
		Token: string(t.ID), Name: t.Name, By: t.Maker, Created: t.Created.String(), Expires: t.Expires.String(), Revoked: t.Revoked.String(),
		Scope: Allowed{Role: string(t.Scope.Role), Units: words[string](t.Scope.Units), Services: words[string](t.Scope.Services), Uses: words[string](t.Scope.Uses)},
	}
}

// words gives words of one kind as words of another.
func words[T, S ~string](list []S) []T {
	out := make([]T, len(list))
	for i, w := range list {
		out[i] = T(w)
	}
	return out
}

func (f *face) listTokens(ctx context.Context, who registry.Asker, _ *struct{}) (*Page[TokenLine], error) {
	all, err := f.Tokens(ctx, who)
	return cut(all, "", err, tokenLine)
}

type newToken struct {
	Body struct {
		Name    string  `json:"name" doc:"What it is for, such as the pipeline of the portal" minLength:"1" maxLength:"200"`
		Scope   Allowed `json:"scope"`
		Expires string  `json:"expires" format:"date-time" doc:"At most a year away"`
	}
}

func (f *face) createToken(ctx context.Context, who registry.Asker, in *newToken) (*One[CreatedToken], error) {
	expires, err := civil.ParseInstant(in.Body.Expires)
	if err != nil {
		return nil, err
	}
	s := in.Body.Scope
	t, err := f.CreateToken(ctx, who, registry.NewToken{Name: in.Body.Name, Expires: expires, Scope: registry.Allowed{
		Role: ident.ID(s.Role), Units: words[ident.ID](s.Units), Services: words[ident.ID](s.Services), Uses: words[access.Use](s.Uses),
	}})
	if err != nil {
		return nil, err
	}
	return &One[CreatedToken]{Body: CreatedToken{tokenLine(&t.Token), t.Secret.Reveal()}}, nil
}

type tokenRevoked struct {
	Token  string `path:"token"`
	Reason string `query:"reason" doc:"Why" maxLength:"500"`
}

func (f *face) revokeToken(ctx context.Context, who registry.Asker, in *tokenRevoked) (*struct{}, error) {
	_, err := f.RevokeToken(ctx, who, ident.ID(in.Token), in.Reason)
	return nil, err
}

func (f *face) listWebhooks(ctx context.Context, who registry.Asker, _ *struct{}) (*Page[WebhookLine], error) {
	all, err := f.Webhooks(ctx, who)
	return cut(all, "", err, func(w *registry.WebhookLine) WebhookLine {
		return WebhookLine{Webhook: string(w.ID), Host: w.Host, Events: words[string](w.Events), At: w.At.String()}
	})
}

type newWebhook struct {
	Body struct {
		Webhook string   `json:"webhook,omitempty" doc:"The id of one that is changed; leave out for a new one"`
		URL     string   `json:"url" doc:"Where to, such as https://chat.example/hooks/1" maxLength:"2000"`
		Events  []string `json:"events" minItems:"1" maxItems:"50" doc:"Of which types of event it is told, such as posture.judged"`
	}
}

func (f *face) setWebhook(ctx context.Context, who registry.Asker, in *newWebhook) (*One[CreatedWebhook], error) {
	w, err := f.SetWebhook(ctx, who, registry.NewWebhook{ID: ident.ID(in.Body.Webhook), URL: in.Body.URL, Events: in.Body.Events})
	if err != nil {
		return nil, err
	}
	return &One[CreatedWebhook]{Body: CreatedWebhook{Webhook: string(w.ID), Key: w.Key.Reveal()}}, nil
}

type webhookAsked struct {
	Webhook string `path:"webhook"`
}

func (f *face) removeWebhook(ctx context.Context, who registry.Asker, in *webhookAsked) (*struct{}, error) {
	_, err := f.RemoveWebhook(ctx, who, ident.ID(in.Webhook))
	return nil, err
}
