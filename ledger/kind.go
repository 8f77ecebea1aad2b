package ledger

// Kind says what an entry tells of: a thing and what happened to it.
type Kind string

// The kinds.
const (
	ServiceRegistered   Kind = "service.registered"
	ServiceRevised      Kind = "service.revised"
	ServiceMoved        Kind = "service.moved"
	ServiceRetired      Kind = "service.retired"
	EvidenceRecorded    Kind = "evidence.recorded"
	DecisionProposed    Kind = "decision.proposed"
	DecisionAgreed      Kind = "decision.agreed"
	DecisionRecorded    Kind = "decision.recorded"
	DecisionConfirmed   Kind = "decision.confirmed"
	DecisionLapsed      Kind = "decision.lapsed"
	OrganisationRevised Kind = "organisation.revised"
	PackRecorded        Kind = "pack.recorded"
	PostureJudged       Kind = "posture.judged"
	PostureRemoved      Kind = "posture.removed"
	PersonInvited       Kind = "person.invited"
	PersonKnown         Kind = "person.known"
	PersonLeft          Kind = "person.left"
	SignedIn            Kind = "signed-in"
	SessionEnded        Kind = "session.ended"
	TokenCreated        Kind = "token.created"
	TokenRevoked        Kind = "token.revoked"
	WebhookSet          Kind = "webhook.set"
	RedactionProposed   Kind = "redaction.proposed"
	RedactionMade       Kind = "redaction.made"
	StoreCreated        Kind = "store.created"
	StoreRestored       Kind = "store.restored"
	KeyRotated          Kind = "key.rotated"
)

// Told is a kind and the sentence that explains it.
type Told struct {
	Kind Kind
	Text string
}

// Kinds gives every kind that this version of Bulkhead writes, in the order in which people read them.
func Kinds() []Told {
	return []Told{
		{ServiceRegistered, "A service was registered."},
		{ServiceRevised, "The service file of a service was changed."},
		{ServiceMoved, "A service was moved to another unit."},
		{ServiceRetired, "A service was retired."},
		{EvidenceRecorded, "Evidence was handed in."},
		{DecisionProposed, "Somebody proposed a decision."},
		{DecisionAgreed, "Somebody whose agreement a proposed decision needs gave it."},
		{DecisionRecorded, "A decision was made, or brought in from a file."},
		{DecisionConfirmed, "Somebody confirmed a decision that was recorded on their behalf."},
		{DecisionLapsed, "A decision stopped holding, for good."},
		{OrganisationRevised, "The organisation file was changed."},
		{PackRecorded, "A pack of requirements was put in use."},
		{PostureJudged, "The posture of a service was judged."},
		{PostureRemoved, "Contents of postures of a service were removed, since newer ones had taken their place longer ago than postures are kept."},
		{PersonInvited, "A person was invited."},
		{PersonKnown, "A sign-in identity or a passkey was bound to a person."},
		{PersonLeft, "A person left, and can no longer sign in."},
		{SignedIn, "A person signed in."},
		{SessionEnded, "A session was ended."},
		{TokenCreated, "A token for a machine was made."},
		{TokenRevoked, "A token was revoked."},
		{WebhookSet, "An address to which news is sent was set or taken away."},
		{RedactionProposed, "Somebody proposed to destroy a content for good."},
		{RedactionMade, "A content was destroyed for good, with the agreement of two people."},
		{StoreCreated, "The record was begun."},
		{StoreRestored, "The record was restored from a backup."},
		{KeyRotated, "A key of the instance was replaced."},
	}
}

// Known says whether this version of Bulkhead writes the kind. A record can hold kinds of a newer version.
func (k Kind) Known() bool {
	for _, t := range Kinds() {
		if t.Kind == k {
			return true
		}
	}
	return false
}

// maxKind bounds a kind, in characters.
const maxKind = 64

// formed says whether the kind is letters in words joined by single full stops and hyphens.
func (k Kind) formed() bool {
	joined := true // nothing, or a mark, is just before
	for i := range len(k) {
		switch c := k[i]; {
		case 'a' <= c && c <= 'z':
			joined = false
		case (c == '.' || c == '-') && !joined:
			joined = true
		default:
			return false
		}
	}
	return !joined && len(k) <= maxKind
}
