package judge

import (
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/threat"
)

// premises are what the services of an organisation are judged by alike, made ready once for all of them.
type premises struct {
	org       *org.Organisation
	library   *library.Library
	zone      civil.Zone
	organised ident.Digest // of the organisation; empty for none
	packs     []PackStamp
	book      *threat.Rulebook
	encoders  sync.Pool // each of which remembers what it learnt about types
}

// again gives these premises where they are those of an organisation and a library, and else new ones.
func (p *premises) again(o *org.Organisation, lib *library.Library) (*premises, error) {
	if p != nil && p.org == o && p.library == lib {
		return p, nil
	}
	out := &premises{org: o, library: lib, packs: make([]PackStamp, 0, len(lib.Packs))}
	var err error
	if out.zone, err = zoneOf(o); err != nil {
		return nil, err
	}
	if o != nil {
		if out.organised, err = out.sum(o); err != nil {
			return nil, err
		}
	}
	for _, pack := range lib.Packs {
		out.packs = append(out.packs, PackStamp{Pack: pack.ID, Version: pack.Version, Digest: pack.Digest})
	}
	out.book, _ = threat.NewRulebook(lib) // what is wrong with a rule was told when its pack was linted
	return out, nil
}

func zoneOf(o *org.Organisation) (civil.Zone, error) {
	if o == nil {
		return civil.LoadZone(org.DefaultZone)
	}
	return o.FindZone()
}

// encoder lends an encoder, which the caller puts back into encoders.
func (p *premises) encoder() *ident.Encoder {
	if enc, is := p.encoders.Get().(*ident.Encoder); is {
		return enc
	}
	return ident.NewEncoder()
}

// sum gives the digest of a value.
func (p *premises) sum(v any) (ident.Digest, error) {
	enc := p.encoder()
	defer p.encoders.Put(enc)
	return enc.Sum(v)
}
