package access

import (
	"slices"

	"github.com/bulkhead-assurance/bulkhead/ident"
)

// reach is how far a role has to reach to give a right at a place.
type reach int

const (
	onService      reach = iota // held for the service, or for a unit at or above its unit
	onUnit                      // held for the unit or one above it: one service is not enough
	onOrganisation              // held for the whole organisation
	anywhere                    // held for anything at all
)

// machine is whether a token may do it.
type machine int

const (
	never     machine = iota
	may               // where its uses do not leave it out
	whenNamed         // only where its uses name it
)

// right is one line of the table.
type right struct {
	use   Use
	doc   string // what it is to do it, after "may"
	reach reach
	roles []ident.ID
	token machine
	alone bool // done by one person, so that a seat on a board that holds the role is not enough
	apart bool // never by the person who proposed it
}

// The roles of the library, by what they do in a record. A group is a word of this table and of nothing else.
var (
	// makers write what is claimed of a service, and hand in what was observed.
	makers = []ident.ID{
		"product-manager", "delivery-manager", "project-manager", "delivery-team", "technical-architect", "security-architect", "developer", "operations-team",
		"business-analyst", "user-researcher", "security-lead", "security-specialist", "security-assurance-coordinator", "project-security-officer",
	}
	// owners answer for a service, a risk, information or a principle: they read and decide, and claim nothing themselves.
	owners = []ident.ID{"senior-responsible-owner", "service-owner", "risk-owner", "information-asset-owner", "capability-sponsor", "principle-owner"}
	// leaders look after many services, and decide what is too great for one.
	leaders = []ident.ID{"ciso", "cdio", "cto", "data-protection-officer", "senior-management", "deputy-director", "board", "security-working-group", "programme-manager"}
	// checkers look from outside at everything, and change nothing.
	checkers = []ident.ID{"assessor", "auditor"}
	// governors look after who is who in the organisation as a whole: they alone see its file, in which the addresses are.
	governors = []ident.ID{"ciso", "cdio", "auditor", "administrator"}
	// followers see how far work has come, and no weakness in detail.
	followers = []ident.ID{"project-management-office", "secure-by-design-champion"}
	// confirmers are makers who put their name to an answer, or judge which control may be left out.
	confirmers = []ident.ID{"delivery-manager", "technical-architect", "security-architect", "security-lead"}

	readers  = slices.Concat(makers, owners, leaders, checkers)
	deciders = slices.Concat(owners, leaders, confirmers)
	insiders = slices.Concat(readers, followers, []ident.ID{"commercial-lead", "administrator"})
	everyone = slices.Concat(insiders, []ident.ID{"supplier-contact"})
)

// with adds roles to a group.
func with(group []ident.ID, more ...ident.ID) []ident.ID { return slices.Concat(group, more) }

// only is a group of few.
func only(roles ...ident.ID) []ident.ID { return roles }

// table is who may do what.
var table = []right{
	{use: ListServices, doc: "see which services there are", reach: onService, roles: insiders, token: may},
	{use: ReadService, doc: "read the service file of a service", reach: onService, roles: with(readers, followers...), token: may},
	{use: ReadPosture, doc: "read the posture of a service", reach: onService, roles: with(readers, followers...), token: may},
	{use: ReadEvidence, doc: "read the evidence of a service", reach: onService, roles: readers, token: may},
	{use: ReadFindings, doc: "read the findings of a service", reach: onService, roles: readers, token: may},
	{use: ReadDecisions, doc: "read the decisions about a service", reach: onService, roles: with(readers, followers...), token: may},
	{use: Explain, doc: "ask why a service stands as it does", reach: onService, roles: with(readers, followers...), token: may},
	{use: WhatIf, doc: "ask what would follow from a change to a service", reach: onService, roles: readers, token: may},
	{use: Search, doc: "search in a service", reach: onService, roles: with(readers, followers...), token: may},
	{use: ReadSuppliers, doc: "read which suppliers a service has and what they were asked", reach: onService, roles: with(readers, "commercial-lead"), token: may},
	{use: ListUnits, doc: "see which units there are", reach: anywhere, roles: insiders, token: may},
	{use: ReadUnits, doc: "read how a unit stands", reach: onUnit, roles: with(readers, followers...), token: may},
	{use: ReadOrganisation, doc: "read the organisation file", reach: onOrganisation, roles: governors, token: may},
	{use: ReadPeople, doc: "read who is who and holds which role", reach: anywhere, roles: with(deciders, "auditor", "administrator"), token: may},
	{use: ReadLibrary, doc: "read the library", reach: anywhere, roles: insiders, token: may},
	{use: ReadLedger, doc: "read the ledger", reach: onService, roles: only("ciso", "cdio", "assessor", "auditor", "administrator"), token: may},
	{use: ReadTokens, doc: "see which tokens there are", reach: onService, roles: only("ciso", "auditor", "delivery-manager", "security-lead", "administrator")},
	{use: ReadOwnProfile, doc: "read what is kept about oneself", reach: anywhere, roles: everyone, token: may},

	{use: RegisterService, doc: "register a service in a unit", reach: onUnit, roles: only("product-manager", "delivery-manager", "project-manager", "security-lead", "senior-responsible-owner", "service-owner", "capability-sponsor", "programme-manager", "ciso", "cdio", "cto"), token: may, alone: true},
	{use: ChangeService, doc: "change what is claimed of a service", reach: onService, roles: makers, token: may, alone: true},
	{use: ApplyService, doc: "apply the service file of a repository, as its pipeline does", reach: onService, roles: makers, token: may, alone: true},
	{use: MoveService, doc: "move a service from or to a unit", reach: onUnit, roles: only("senior-responsible-owner", "ciso", "cdio"), alone: true},
	{use: RetireService, doc: "retire a service", reach: onService, roles: only("senior-responsible-owner", "service-owner", "capability-sponsor"), alone: true},
	{use: RecordEvidence, doc: "record evidence of a service", reach: onService, roles: with(makers, "assessor", "supplier-contact"), token: may, alone: true},

	{use: ProposeDecision, doc: "propose a decision about a service", reach: onService, roles: slices.Concat(makers, owners, leaders), token: may},
	{use: Decide, doc: "decide about a service", reach: onService, roles: deciders, apart: true},
	{use: AgreeDecision, doc: "agree to a decision about a service", reach: onService, roles: deciders, apart: true},
	{use: ConfirmMinute, doc: "confirm the minute of a decision about a service", reach: onService, roles: deciders, apart: true},
	{use: RetractDecision, doc: "take back a decision about a service", reach: onService, roles: deciders},
	{use: RecordReview, doc: "record a review of a service", reach: onService, roles: with(checkers, "principle-owner"), alone: true},

	{use: ChangeOrganisation, doc: "change the organisation file", reach: onOrganisation, roles: only("ciso", "cdio", "administrator"), token: whenNamed, alone: true},
	{use: ChangeLibrary, doc: "change the organisation's own packs", reach: onOrganisation, roles: only("ciso", "cdio", "principle-owner"), token: whenNamed, alone: true},
	{use: InvitePerson, doc: "invite somebody", reach: onOrganisation, roles: only("administrator"), alone: true},
	{use: RemovePerson, doc: "remove somebody", reach: onOrganisation, roles: only("administrator"), alone: true},
	{use: CreateToken, doc: "create a token", reach: onService, roles: only("administrator"), alone: true},
	{use: RevokeToken, doc: "revoke a token", reach: onService, roles: only("ciso", "delivery-manager", "security-lead", "administrator"), alone: true},
	{use: EndAnySession, doc: "end the session of somebody else", reach: onOrganisation, roles: only("ciso", "administrator"), alone: true},
	{use: EndOwnSession, doc: "sign out", reach: anywhere, roles: everyone},
	{use: ManageOwnPasskeys, doc: "manage one's own passkeys", reach: anywhere, roles: everyone},
	{use: ManageOwnDigests, doc: "say whether one gets a digest", reach: anywhere, roles: everyone},
	{use: ManageWebhooks, doc: "manage webhooks", reach: onOrganisation, roles: only("administrator"), alone: true},
	{use: ExportRecord, doc: "export the record", reach: onService, roles: only("ciso", "auditor"), token: may, alone: true},
	{use: ProposeRedaction, doc: "propose to destroy something in the record", reach: onService, roles: only("security-lead", "ciso", "administrator"), alone: true},
	{use: ApproveRedaction, doc: "approve that something in the record is destroyed", reach: onService, roles: only("senior-responsible-owner", "ciso", "cdio"), alone: true, apart: true},
}

// find gives the line of a use; nil when there is none.
func find(use Use) *right {
	for i := range table {
		if table[i].use == use {
			return &table[i]
		}
	}
	return nil
}
