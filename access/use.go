package access

// Use is something that the record can be asked to do.
type Use string

// What can be read.
const (
	ListServices     Use = "list-services"
	ReadService      Use = "read-service"
	ReadPosture      Use = "read-posture"
	ReadEvidence     Use = "read-evidence"
	ReadFindings     Use = "read-findings"
	ReadDecisions    Use = "read-decisions"
	Explain          Use = "explain"
	WhatIf           Use = "what-if"
	Search           Use = "search"
	ReadSuppliers    Use = "read-suppliers"
	ListUnits        Use = "list-units"
	ReadUnits        Use = "read-units"
	ReadOrganisation Use = "read-organisation"
	ReadPeople       Use = "read-people"
	ReadLibrary      Use = "read-library"
	ReadLedger       Use = "read-ledger"
	ReadTokens       Use = "read-tokens"
	ReadOwnProfile   Use = "read-own-profile"
)

// What can be done to a service, and decided about it.
const (
	RegisterService Use = "register-service"
	ChangeService   Use = "change-service"
	ApplyService    Use = "apply-service"
	MoveService     Use = "move-service"
	RetireService   Use = "retire-service"
	RecordEvidence  Use = "record-evidence"
	ProposeDecision Use = "propose-decision"
	Decide          Use = "decide"
	AgreeDecision   Use = "agree-decision"
	ConfirmMinute   Use = "confirm-minute"
	RetractDecision Use = "retract-decision"
	RecordReview    Use = "record-review"
)

// What can be done to the organisation and to the record itself.
const (
	ChangeOrganisation Use = "change-organisation"
	ChangeLibrary      Use = "change-library"
	InvitePerson       Use = "invite-person"
	RemovePerson       Use = "remove-person"
	CreateToken        Use = "create-token"
	RevokeToken        Use = "revoke-token"
	EndAnySession      Use = "end-any-session"
	EndOwnSession      Use = "end-own-session"
	ManageOwnPasskeys  Use = "manage-own-passkeys"
	ManageOwnDigests   Use = "manage-own-digests"
	ManageWebhooks     Use = "manage-webhooks"
	ExportRecord       Use = "export-record"
	ProposeRedaction   Use = "propose-redaction"
	ApproveRedaction   Use = "approve-redaction"
)

// Uses gives every use, in the order of the table.
func Uses() []Use {
	all := make([]Use, len(table))
	for i := range table {
		all[i] = table[i].use
	}
	return all
}

// Doc says in words what it is to do it, as in "you may read the findings of a service"; empty for a use that is none.
func (u Use) Doc() string {
	if r := find(u); r != nil {
		return r.doc
	}
	return ""
}
