// Package signin finds out who somebody is: through the organisation's own sign-in service (OpenID Connect), with a
// passkey, or with a secret that Bulkhead gave out.
//
// It promises that nobody is let in on a guess. Each step of a sign-in is checked by name, and whatever is missing, late,
// doubled, signed by somebody else or meant for somebody else is refused with a Code of its own, which is stable and may be
// logged, and with a sentence for the person in front of the screen. Errors never hold a token, a code, a secret or the text
// of another's answer.
//
// It keeps nothing of a sign-in: what Start, BeginRegistration and BeginLogin give back is for the caller to keep for some
// minutes, where the person cannot change it, and to destroy before the answer to it is judged, so that no answer counts
// twice. It knows nothing of the database, of sessions or of what somebody may do; a Provider remembers only what its
// provider says of itself. It talks to the network only when a Provider was configured, and only to that provider.
package signin
