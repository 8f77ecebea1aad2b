package registry

import "github.com/bulkhead-assurance/bulkhead/internal/store"

// What faces are told is what the record keeps: these are its types, so that a face needs to know nothing below.
type (
	Repository   = store.Repository
	Sent         = store.Sent
	Service      = store.Service
	ServiceLine  = store.ServiceLine
	Revision     = store.Revision
	RevisionLine = store.RevisionLine
	EvidenceLine = store.EvidenceLine
	Standing     = store.Standing
	Answer       = store.Answer
	Written      = store.Written
	DecisionLine = store.DecisionLine
	Agreement    = store.Agreement
	Session      = store.Session
	KeptToken    = store.Token
	Allowed      = store.Allowed
	Redaction    = store.Redaction
)
