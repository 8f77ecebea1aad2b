package decision

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// PayloadType is the DSSE payload type of a decision: canonical form c1 of the record without its signature.
const PayloadType = "application/vnd.bulkhead.decision+c1"

// Authority is whether the one who decided may.
type Authority struct {
	Granted  bool
	Attested bool         // shown by a signature, rather than only recorded in a file
	Missing  string       // what is missing: role, appointment, consultation, quorum, not-acceptable, no-rule
	Who      string       // the roles that may, or must be asked
	Longest  civil.Period // the longest that it may hold; zero for no limit
}

// Matter is what a decision is about, as far as the authority table asks: as the record says that it was when it was
// decided, or else an event would un-happen when a tier goes up. A record that understates it does not hold for long:
// its basis is then worse at once.
type Matter struct {
	RiskKind      model.RiskKind
	Band          model.Band
	Tier          ident.ID
	Unit, Service ident.ID
}

// Row finds the first row of the authority table that speaks of a decision.
func Row(table []library.Authority, kind Kind, of Of, m Matter) *library.Authority {
	for i := range table {
		r := &table[i]
		if string(r.Decision) != string(kind) || r.Of != "" && string(r.Of) != string(of) || r.Kind != "" && r.Kind != m.RiskKind {
			continue
		}
		if r.UpTo != "" && (m.Band.Rank() == 0 || m.Band.Rank() > r.UpTo.Rank()) {
			continue
		}
		// A tier that is not known is not a low one.
		if tier := Tiers.rank(string(m.Tier)); r.UpToTier != "" && (tier == 0 || tier > Tiers.rank(string(r.UpToTier))) {
			continue
		}
		return r
	}
	return nil
}

// Authorise says whether the one who decided may, by the authority table, the organisation's appointments on the day,
// and the signature. A nil organisation has no appointments: then the role in the record is all there is.
func Authorise(d *Decision, table []library.Authority, o *org.Organisation, m Matter, zone civil.Zone) Authority {
	if d.Kind == Retraction || d.Kind == Lapse {
		return Authority{Granted: true, Attested: Verified(d, o, zone)} // only ever makes things stricter
	}
	row := Row(table, d.Kind, d.Of, m)
	switch {
	case row == nil:
		return Authority{Missing: "no-rule"}
	case row.NotAcceptable:
		return Authority{Missing: "not-acceptable"}
	case !slices.Contains(row.Roles, d.Role):
		return Authority{Missing: "role", Who: list(row.Roles)}
	case len(d.deciders()) < row.Quorum:
		return Authority{Missing: "quorum", Who: list(row.Roles)}
	}
	for _, role := range row.Consult {
		if !slices.Contains(d.Consulted, role) {
			return Authority{Missing: "consultation", Who: string(role)}
		}
	}
	if o != nil && !appointed(d, o, m, zone) {
		return Authority{Missing: "appointment", Who: string(d.Role)}
	}
	return Authority{Granted: true, Attested: Verified(d, o, zone), Longest: row.Longest}
}

// appointed says whether everyone who decided held the role when it was decided, and not only because who proposed it lent
// it to them, or they were enough of a board that holds it. Whether they hold it still takes nothing away: a decision outlives the one who made it, and Left asks who confirms it.
func appointed(d *Decision, o *org.Organisation, m Matter, zone civil.Zone) bool {
	then := civil.NewWatch(zone.From(d.Made))
	outside := func(who ident.ID) bool {
		return !o.HoldsApart(ident.ID(d.ProposedBy), who, d.Role, m.Unit, m.Service, zone, then)
	}
	return !slices.ContainsFunc(d.deciders(), outside) || o.Decides(d.deciders(), d.Role, m.Unit, zone, then) != nil
}

func (d *Decision) decider() ident.ID {
	if d.OnBehalfOf != "" {
		return d.OnBehalfOf
	}
	return d.By
}

// deciders gives everyone who decided, each once: nobody makes a quorum alone.
func (d *Decision) deciders() []ident.ID {
	all := append([]ident.ID{d.decider()}, d.With...)
	slices.Sort(all)
	return slices.Compact(all)
}

func list(roles []ident.ID) string {
	out := ""
	for i, r := range roles {
		if i > 0 {
			out += ", "
		}
		out += string(r)
	}
	return out
}

// Payload gives what a signature is over.
func Payload(d *Decision) ([]byte, error) {
	unsigned := *d
	unsigned.Signature = Signature{}
	return ident.Canon(&unsigned)
}

// Verified says whether the decision's signature is by a signer of the organisation, who is the one who decided, in the
// time in which the key signs.
func Verified(d *Decision, o *org.Organisation, zone civil.Zone) bool {
	if o == nil || d.Signature.Sig == "" {
		return false
	}
	then := civil.NewWatch(zone.From(d.Made))
	for i := range o.Signers {
		s := &o.Signers[i]
		if s.ID != d.Signature.Signer || s.Person != d.decider() || !then.Within(zone.Start(s.From), zone.End(s.Until)) {
			continue
		}
		if key, err := s.PublicKey(); err == nil && verify(d, key) {
			return true
		}
	}
	return false
}

func verify(d *Decision, key ed25519.PublicKey) bool {
	payload, err := Payload(d)
	if err != nil {
		return false
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(d.Signature.Sig)
	return err == nil && ed25519.Verify(key, encoded(payload), sig)
}

// encoded gives what is signed: the pre-authentication encoding of DSSE 1, which binds the type to the payload. It is one
// line of the specification, and the library for it would bring modules with known weaknesses into the build.
func encoded(payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(PayloadType), PayloadType, len(payload), payload)
}

// Sign signs a decision with a key that the organisation file names.
func Sign(d *Decision, signer ident.ID, key ed25519.PrivateKey) error {
	payload, err := Payload(d)
	if err != nil {
		return err
	}
	d.Signature = Signature{Signer: signer, Sig: base64.StdEncoding.EncodeToString(ed25519.Sign(key, encoded(payload)))}
	return nil
}
