// Package notify is what leaves the machine: emails that say that something waits, webhooks that say that something
// happened, and checkpoints that are kept elsewhere.
//
// It promises that nothing leaves except to where the caller was configured to send it, and that what leaves is thin: an
// email holds counts, dates, links and the ids of services that may be named; a webhook holds ids and kinds. Neither type can
// hold a title, a risk, a finding, a path or a text of a service. Whoever wants to know more follows the link or asks the
// API, with their own rights. Email goes over TLS with a certificate that was checked, or stays on this machine. Webhooks are
// signed as the Standard Webhooks specification says, follow no redirect and reach no address inside the network that was
// not allowed.
//
// It knows nothing of the database, keeps no queue and tries nothing twice: each delivery is one try, and [VerdictOf] says
// what its failure asks for. A try that failed may have arrived all the same, so every message has an id that is the same
// each time. Errors are in our own words: they hold no secret, no address of a webhook beyond its host, and no text that the
// other side sent.
package notify
