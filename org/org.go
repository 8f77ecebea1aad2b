// Package org is the organisation: units, people in roles, appointments, ceilings and signers, as its owners write them in
// organisation.yaml.
//
// Authority comes from here and from the authority table of the library, never from what a team writes. A lower unit may
// not bear more than the one above it. Without an organisation file the built-in defaults apply, and the posture says so.
// The package reads no clock: whether an appointment holds is asked with a watch.
package org

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"iter"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// File is the name of an organisation file.
const File = "organisation.yaml"

// DefaultZone is the zone where an organisation names none.
const DefaultZone = "Europe/London"

// Organisation is a whole organisation file.
type Organisation struct {
	Bulkhead       model.Version        `json:"bulkhead" need:"yes" doc:"The form of this file: v1"`
	ID             ident.ID             `json:"id" need:"yes" doc:"A short name"`
	Name           string               `json:"name" need:"yes" doc:"What it is called"`
	Zone           string               `json:"zone" doc:"The time zone of its dates, such as Europe/London"`
	Classification model.Classification `json:"classification" doc:"The highest classification that may be kept here"`
	Appetite       model.Appetite       `json:"appetite" doc:"What the organisation as a whole may bear"`
	ImpactTable    []model.ImpactRow    `json:"impact_table" doc:"What each level of impact means"`
	Vocabulary     Vocabulary           `json:"vocabulary" doc:"The words that its people use: civil or defence"`
	Adopts         []ident.ID           `json:"adopts" doc:"Principles of the library that its services are judged by as well: those that are not for everybody"`
	Units          []Unit               `json:"units" kind:"unit" doc:"Its units"`
	People         []Person             `json:"people" kind:"person" doc:"People, by a name or a number that the organisation knows them by"`
	Appointments   []Appointment        `json:"appointments" doc:"Who holds which role, where and when"`
	Delegations    []Delegation         `json:"delegations" kind:"delegation" unique:"here" doc:"Roles that their holders lend to others for a time"`
	Boards         []Board              `json:"boards" kind:"board" doc:"Groups and boards that decide together"`
	Signers        []Signer             `json:"signers" kind:"signer" doc:"Keys with which decisions are signed"`
	Packs          []string             `json:"packs" doc:"Files of packs of the organisation's own, beside this file"`
	Principles     []library.Principle  `json:"principles" kind:"principle" doc:"Principles of the organisation; one with the id of a library principle replaces it"`
	Authority      []library.Authority  `json:"authority" kind:"authority" c1:"list" doc:"The organisation's own authority table; it goes before the library's"`
}

// Unit is a unit of the organisation.
type Unit struct {
	ID          ident.ID          `json:"id" need:"yes" doc:"A short name"`
	Name        string            `json:"name" need:"yes" doc:"What it is called"`
	Parent      ident.ID          `json:"parent" ref:"unit" doc:"The unit above it"`
	Appetite    model.Appetite    `json:"appetite" doc:"What the unit may bear: never more than the one above"`
	ImpactTable []model.ImpactRow `json:"impact_table" doc:"What each level of impact means here"`
	Assessment  Assessment        `json:"assessment" doc:"What the unit says of itself: its answers to the questions asked of organisations, and its milestones"`
}

// Person is somebody, by a name or a number that the organisation knows them by.
type Person struct {
	ID    ident.ID   `json:"id" need:"yes" doc:"A short name or number"`
	Name  string     `json:"name" doc:"What to show, such as the name of their post"`
	Email string     `json:"email" doc:"Where to write to them, and by which they sign in; no two people share one"`
	Left  civil.Date `json:"left" doc:"Their last day, when they have left"`
}

// Appointment is a person in a role.
type Appointment struct {
	Role    ident.ID   `json:"role" need:"yes" doc:"The role, by its id in the library"`
	Person  ident.ID   `json:"person" need:"yes" ref:"person" doc:"Who"`
	Unit    ident.ID   `json:"unit" ref:"unit" doc:"For which unit, and those below it; none for all"`
	Service ident.ID   `json:"service" doc:"For which service only"`
	From    civil.Date `json:"from" doc:"The first day"`
	Until   civil.Date `json:"until" doc:"The last day"`
}

// Signer is a key with which decisions are signed.
type Signer struct {
	ID     ident.ID   `json:"id" need:"yes" doc:"The name of the key"`
	Person ident.ID   `json:"person" need:"yes" ref:"person" doc:"Whose it is"`
	Key    string     `json:"key" need:"yes" doc:"The public ed25519 key, as PEM or as base64 of its 32 bytes"`
	From   civil.Date `json:"from" doc:"The first day on which it signs"`
	Until  civil.Date `json:"until" doc:"The last day on which it signs"`
}

// Read reads an organisation file.
func Read(source schema.Source) (*Organisation, error) {
	doc, err := schema.Parse(source)
	if err != nil {
		return nil, err
	}
	var o Organisation
	if err := doc.Decode(&o); err != nil {
		return nil, err
	}
	var fields []fault.Field
	for _, p := range o.validate() {
		fields = append(fields, doc.Fault(p.Path, "%s", p.Text))
	}
	if err := fault.At(fields); err != nil {
		return nil, err
	}
	return &o, nil
}

// validate finds what the grammar cannot: units inside themselves, an appetite above the one it is nested in, addresses
// and keys that are none, delegations and boards that could never do anything, an unknown zone.
func (o *Organisation) validate() (problems []model.Problem) {
	if o.Zone != "" {
		if _, err := civil.LoadZone(o.Zone); err != nil {
			problems = append(problems, model.Problem{Path: "/zone", Text: err.Error()})
		}
	}
	for i := range o.Units {
		u := &o.Units[i]
		path := "/units/" + string(u.ID)
		if o.insideItself(u) {
			problems = append(problems, model.Problem{Path: path + "/parent", Text: "the unit " + string(u.ID) + " is inside itself"})
			continue
		}
		problems = append(problems, o.above(u, path+"/appetite")...)
	}
	problems = slices.Concat(problems, o.unreachable(), o.idle(), o.unable())
	for i := range o.Signers {
		if _, err := o.Signers[i].PublicKey(); err != nil {
			problems = append(problems, model.Problem{Path: "/signers/" + string(o.Signers[i].ID) + "/key", Text: err.Error()})
		}
	}
	return problems
}

// above finds where a unit would bear more than what it belongs to, as a whole or for a kind of risk.
func (o *Organisation) above(u *Unit, path string) (problems []model.Problem) {
	check := func(path, of string, mine, ceiling model.Band) {
		if ceiling != "" && mine.Rank() > ceiling.Rank() {
			problems = append(problems, model.Problem{Path: path, Text: "the appetite of " + string(u.ID) + of + " (" + string(mine) + ") is above that of what it belongs to (" + string(ceiling) + "); a lower unit may not bear more"})
		}
	}
	check(path+"/max", "", u.Appetite.Max, o.Ceiling(u.Parent, ""))
	for i, k := range u.Appetite.ByKind {
		check(path+"/by_kind/"+strconv.Itoa(i)+"/max", " for "+string(k.Kind), k.Max, o.Ceiling(u.Parent, k.Kind))
	}
	return problems
}

// unreachable finds addresses that are none, and those of two people: who signs in by one would be either.
func (o *Organisation) unreachable() (problems []model.Problem) {
	whose := map[string]ident.ID{}
	for i := range o.People {
		p := &o.People[i]
		if p.Email == "" {
			continue
		}
		path, folded := "/people/"+string(p.ID)+"/email", strings.ToLower(p.Email)
		if read, err := mail.ParseAddress(p.Email); err != nil || read.Address != p.Email {
			problems = append(problems, model.Problem{Path: path, Text: "expected an address and nothing else, such as head.of.grants@department.example"})
		} else if other, taken := whose[folded]; taken {
			problems = append(problems, model.Problem{Path: path, Text: "this is the address of " + string(other) + " too; no two people share one"})
		}
		whose[folded] = p.ID
	}
	return problems
}

func (o *Organisation) insideItself(u *Unit) bool {
	for above := range o.from(u.Parent) {
		if above.ID == u.ID {
			return true
		}
	}
	return false
}

// from gives a unit and those above it. It ends even where units are inside themselves, which Read refuses.
func (o *Organisation) from(id ident.ID) iter.Seq[*Unit] {
	return func(yield func(*Unit) bool) {
		u := o.Unit(id)
		for range o.Units {
			if u == nil || !yield(u) {
				return
			}
			u = o.Unit(u.Parent)
		}
	}
}

// Unit gives a unit; nil when there is none with that id.
func (o *Organisation) Unit(id ident.ID) *Unit {
	for i := range o.Units {
		if o.Units[i].ID == id {
			return &o.Units[i]
		}
	}
	return nil
}

// Above gives the units above a unit, the nearest first, without the unit itself.
func (o *Organisation) Above(unit ident.ID) (above []ident.ID) {
	if u := o.Unit(unit); u != nil {
		for up := range o.from(u.Parent) {
			above = append(above, up.ID)
		}
	}
	return above
}

// Below gives the units below a unit, at any depth, in the order of the file and without the unit itself; all units for
// the organisation, which is written as no unit.
func (o *Organisation) Below(unit ident.ID) (below []ident.ID) {
	inside := map[ident.ID]bool{unit: true}
	for grown := true; grown; {
		grown = false
		for i := range o.Units {
			if u := &o.Units[i]; (unit == "" || inside[u.Parent]) && !inside[u.ID] {
				inside[u.ID], grown = true, true
			}
		}
	}
	for i := range o.Units {
		if u := &o.Units[i]; inside[u.ID] && u.ID != unit {
			below = append(below, u.ID)
		}
	}
	return below
}

// Ceiling gives the most that a service of a unit may bear for a kind of risk: the strictest of the unit, every unit
// above it and the organisation. Empty when nobody has said.
func (o *Organisation) Ceiling(unit ident.ID, kind model.RiskKind) model.Band {
	strictest := Allows(&o.Appetite, kind)
	for u := range o.from(unit) {
		strictest = Stricter(strictest, Allows(&u.Appetite, kind))
	}
	return strictest
}

// Allows gives the band that an appetite allows for a kind of risk; empty when it says nothing.
func Allows(a *model.Appetite, kind model.RiskKind) model.Band {
	band := a.Max
	for _, k := range a.ByKind {
		if k.Kind == kind {
			band = Stricter(band, k.Max)
		}
	}
	return band
}

// Stricter gives the lower of two bands; one that was not said gives way.
func Stricter(a, b model.Band) model.Band {
	if a == "" || b != "" && b.Rank() < a.Rank() {
		return b
	}
	return a
}

// Appointed says whether anybody at all was ever appointed to a role.
func (o *Organisation) Appointed(role ident.ID) bool {
	return slices.ContainsFunc(o.Appointments, func(a Appointment) bool { return a.Role == role })
}

func (o *Organisation) left(person ident.ID, zone civil.Zone, w *civil.Watch) bool {
	return w.Passed(o.leaves(person, zone))
}

// leaves gives when a person leaves; 0 where that is not said.
func (o *Organisation) leaves(person ident.ID, zone civil.Zone) civil.Instant {
	for i := range o.People {
		if p := &o.People[i]; p.ID == person {
			return zone.End(p.Left)
		}
	}
	return 0
}

func (o *Organisation) within(unit, above ident.ID) bool {
	if above == "" || unit == above {
		return true
	}
	for u := range o.from(unit) {
		if u.ID == above {
			return true
		}
	}
	return false
}

// PublicKey reads the key of a signer.
func (s *Signer) PublicKey() (ed25519.PublicKey, error) {
	const expected = "expected an ed25519 public key, as PEM or as base64 of its 32 bytes"
	text := strings.TrimSpace(s.Key)
	if block, _ := pem.Decode([]byte(text)); block != nil {
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		key, ok := parsed.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, fault.New(fault.Invalid, expected)
		}
		return key, nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fault.New(fault.Invalid, expected)
	}
	return ed25519.PublicKey(raw), nil
}

// FindZone gives the zone of the organisation's dates.
func (o *Organisation) FindZone() (civil.Zone, error) {
	if o.Zone == "" {
		return civil.LoadZone(DefaultZone)
	}
	return civil.LoadZone(o.Zone)
}

// Limit gives the most that a service may bear for a kind of risk: the ceiling of its unit, or the strictest of all units
// where its unit is not known, so that nobody gains by not naming theirs.
func (o *Organisation) Limit(unit ident.ID, kind model.RiskKind) model.Band {
	limit := o.Ceiling(unit, kind)
	if o.Unit(unit) == nil {
		for i := range o.Units {
			limit = Stricter(limit, o.Ceiling(o.Units[i].ID, kind))
		}
	}
	return limit
}
