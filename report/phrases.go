package report

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/judge"
)

// phrases gives the sentence of every code. A word in braces is an argument; a part in square brackets is left out when an
// argument in it is empty. The sentences are for people who are not engineers: what is so, and where it helps what to do.
func phrases() map[string]string {
	return map[string]string{
		"context.classification-from-data":      "{data} is {classification}, so the service is",
		"context.tier":                          "The tier is {tier}: {why}",
		"context.tier-lowest":                   "The tier is {tier}: nothing about the service asks for a higher one",
		"context.tier-stated":                   "The team says {tier}, which is stricter than the {derived} that was worked out",
		"context.signed":                        "Signed off by the {role}",
		"context.sign-off-not-attested":         "A sign-off of the {what} by the {role} is recorded in a file, but not attested: it does not count until it is signed with their key or made at the server",
		"context.sign-off-outdated":             "The sign-off of the {what} no longer fits: {field} was {was} and is {now}",
		"context.appetite-not-said":             "Nobody has said what may be borne, so the tier's own limit applies: {band}",
		"context.appetite-stricter":             "{proposed} is proposed, but {band} applies until somebody with the authority has signed for more, and never above what the organisation allows",
		"context.unknown":                       "Nobody has said {what}",
		"context.data-protection-required":      "A data protection impact assessment is required: {criteria}",
		"context.data-protection-likely":        "A data protection impact assessment is likely to be needed[: {criteria}]",
		"context.data-protection-not-indicated": "Nothing here asks for a data protection impact assessment",
		"context.data-protection-unknown":       "Whether a data protection impact assessment is needed cannot be said until it is known which data is personal",

		"control.required":               "Required at tier {tier}[: {why}]",
		"control.missing":                "Nobody claims it: add it to `controls` in the service file, or ask for a tailoring decision",
		"control.not-on-all":             "It is not on {n} of the components that it should be on, {component} among them",
		"control.no-components":          "Where it would apply is not known: the service file names no components",
		"control.nothing-to-protect":     "There is nothing here that it would protect",
		"control.tailored":               "Put aside by the decision {decision}",
		"control.disposed":               "The team put it aside: {why}",
		"control.disposed-but-required":  "The team put it aside ({why}), but it is required: only a tailoring decision by somebody with the authority can do that",
		"control.claimed":                "The team says that it is in place; nothing in date shows it. Needed: {check}",
		"control.planned":                "Planned, not in place[; due {due}][; {owner} sees to it]",
		"control.planned-with-evidence":  "There is evidence that it works, but the team says that it is not in place yet[; due {due}]: change its status when it is",
		"control.status-unknown":         "The team has not said whether it is in place: add its `status`",
		"control.evidenced":              "Shown to work on {n} of {of} ({strength})[, until {until}]",
		"control.stale-date":             "The evidence {evidence} is out of date[ since {since}]",
		"control.stale-changed":          "{changed} has changed since the evidence {evidence} was made",
		"control.failing":                "The evidence {evidence} shows that it does not work; only a newer pass that is as strong and covers as much, or an assessor, clears that",
		"control.evidence-without-claim": "There is evidence for it ({evidence}), but the service file does not claim it: add it to `controls`",
		"control.offered":                "{service} offers it: {state} there",
		"control.not-offered":            "{service} does not offer it",
		"control.no-offer":               "There is no offer of {service} to rest on: judge it together with this service, or hand its offer over as evidence",
		"control.offer-out-of-date":      "The offer of {service} is out of date",
		"control.offer-cycle":            "{service} and this service rest on each other in a ring, so nothing can be said about it",

		"risk.not-judged":            "How likely it is and how bad, with no controls, has not been judged: add `inherent`",
		"risk.residual-not-judged":   "The risk that is left with controls has not been judged, so it is as before them: add `residual`",
		"risk.control-not-evidenced": "{control} is relied on and claimed, but not shown to work: its steps are handed back in the evidenced risk",
		"risk.control-not-in-place":  "{control} is relied on, but is not in place: its steps are handed back",
		"risk.unexplained-reduction": "The residual is lower than the named controls explain: the rest does not count until a control is named for it",
		"risk.within":                "{band} ({score}) is within what may be borne ({appetite})",
		"risk.accepted":              "{band} ({score}) is above what may be borne ({appetite}), and is accepted by the decision {decision}",
		"risk.escalated":             "{band} ({score}) is above what may be borne ({appetite}); with {to} since {since}",
		"risk.treating":              "{band} ({score}) is above what may be borne ({appetite}), and is being treated by {due}; {owner} answers for it",
		"risk.target-planned":        "The plan brings it to {band} by {due}, within what may be borne ({appetite}); {owner} answers for it",
		"risk.unacceptable-loss":     "{band} ({score}) would be within what may be borne, but it could bring the unacceptable loss {loss}: the accountable person must decide",
		"risk.above-no-acceptance":   "{band} ({score}) is above what may be borne ({appetite}). The team would accept it, but no decision by somebody with the authority holds",
		"risk.above-no-plan":         "{band} ({score}) is above what may be borne ({appetite}), and there is no owner and day for treating it",
		"risk.above-plan-late":       "{band} ({score}) is above what may be borne ({appetite}); it was to be treated by {due}",

		"activity.phase-unknown":     "Whether it is due cannot be said: the phase is not known",
		"activity.no-longer-asked":   "No longer asked for after {phase}",
		"activity.not-due":           "Not due before {phase}",
		"activity.due":               "Due now, and overdue from {by} on if it is not done",
		"activity.overdue":           "Overdue: it was to be done before {phase}",
		"activity.plan-late":         "Overdue: the team planned it for {due}",
		"activity.establish-by":      "To be established by {until}: the service was adopted in mid-life on {adopted}",
		"activity.not-established":   "Overdue: it was to be established by {until}",
		"activity.done-in-future":    "It says that it was done on {done}, which is still to come",
		"activity.no-output":         "Done on {done}, but no output counts: one needs a title, a version, a date and a location",
		"activity.output-incomplete": "Of {of} outputs, {n} have a title, a version, a date and a location",
		"activity.re-opened":         "Done on {done}, and due again since {date}: {trigger}",
		"activity.current":           "Done on {done}",
		"activity.current-until":     "Done on {done}, current until {until}",
		"activity.out-of-date":       "Done on {done}; out of date since {until}",

		"area.current": "All {current} of its activities are current",
		"area.due":     "{due} due, {current} current",
		"area.overdue": "{overdue} overdue, {due} due, {current} current",
		"area.not-due": "Nothing is due yet",

		"statement.excepted":           "Excepted by the decision {decision}",
		"statement.proposed-met":       "Bulkhead proposes met: confirm it with a sentence in `answers`",
		"statement.proposed-partly":    "Bulkhead proposes partly met: confirm it with a sentence in `answers`",
		"statement.unanswered":         "Nobody has answered it",
		"statement.answer-unconfirmed": "An answer ({answer}) is written, but nobody has put their role to it: add `by`",
		"statement.answered":           "Answered {answer} by {by}: {sentence}",
		"statement.contradicted":       "{n} of what bears on it is failing, missing or overdue",

		"principle.met":            "All {of} statements are met or excepted",
		"principle.partly":         "{met} of {of} statements are met; {unanswered} are unanswered",
		"principle.not-met":        "At least one statement is not met; {met} of {of} are",
		"principle.proposed":       "{proposed} of {of} answers are proposed and wait for a person; {unanswered} are unanswered",
		"principle.unanswered":     "None of its {of} statements is answered",
		"principle.review-overdue": "The principle itself was to be reviewed by {due}; its owner is the {owner}",

		"framework.in-library":     "{framework} is in the library",
		"framework.not-in-library": "{framework} is not in the library, so nothing is said about it",

		"finding.due":         "{severity}: to be mended within {within}, by {deadline}",
		"finding.overdue":     "{severity}: was to be mended within {within}, by {deadline}",
		"finding.no-deadline": "No deadline is set for a severity of {severity}",

		"obstacle.overdue-activities":     "{id} is overdue",
		"obstacle.due-activities":         "{id} is due",
		"obstacle.risks-above":            "{id} is above what may be borne",
		"obstacle.risks-unjudged":         "{id} is not judged",
		"obstacle.controls-failing":       "{id} is failing",
		"obstacle.controls-not-claimed":   "{id} is required and not in place",
		"obstacle.controls-not-evidenced": "{id} is required and not shown to work",
		"obstacle.findings-overdue":       "{id} is past its deadline",
		"obstacle.decisions-lapsed":       "{id} has lapsed",
		"obstacle.context-unknown":        "Something about {id} has not been said",
		"obstacle.context-proposed":       "The {id} is not signed off",
		"obstacle.statements-unanswered":  "A statement of {id} is unanswered",
		"obstacle.no-sign-off":            "The sign-off of {gate} is missing",

		"decision.not-yet":          "It is to be made later",
		"decision.no-authority":     "Not made by somebody with the authority ({missing})[: {field}]",
		"decision.basis-incomplete": "Its basis does not say {field}: draft it again with `bulkhead decision draft`",
		"decision.expired":          "It was valid until {until}",
		"decision.field-worse":      "{field} was {was} and is {now}",
		"decision.wording-changed":  "The wording of {field} has changed[; to be reaffirmed by {until}]",
		"decision.condition":        "It rests on {field}, which was {was} and is {now}[; it lapses after {until}]",
		"decision.promise-broken":   "{field} was promised {was} and is not done",
		"decision.retracted":        "Taken back by {other}",
		"decision.superseded":       "Replaced by {other}",
		"decision.lapse-recorded":   "Recorded as lapsed by {other}[: {now}]",
		"decision.subject-gone":     "What it was about is no longer in the service file",
		"decision.renew":            "It happened and stays so; a new one is needed since {field} was {was} and is {now}",
		"decision.two-contents":     "The id {id} is used for two different records, so neither counts",

		"change.evidence-ends": "evidence goes out of date",
		"change.decision-ends": "the decision ends",
		"change.activity-due":  "is due",
		"change.treatment-due": "was to be treated by then",
		"change.deadline":      "is to be mended by then",
		"change.review-due":    "is to be reviewed by then",
	}
}

// Phrase gives the sentence of a code with its arguments; the code itself when it has no sentence.
func Phrase(code string, args judge.Args) string {
	template, ok := phrases()[code]
	if !ok {
		return code
	}
	return fill(template, args)
}

// phrasebook holds the phrases for many sentences.
type phrasebook map[string]string

func (b phrasebook) phrase(code string, args judge.Args) string {
	template, ok := b[code]
	if !ok {
		return code
	}
	return fill(template, args)
}

// fill puts arguments into a template.
func fill(template string, args judge.Args) string {
	for {
		start := strings.IndexByte(template, '[')
		end := strings.IndexByte(template, ']')
		if start < 0 || end < start {
			break
		}
		part := template[start+1 : end]
		if lacks(part, args) {
			part = ""
		}
		template = template[:start] + part + template[end+1:]
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString(args.Get(name))
		template = after
	}
}

func lacks(part string, args judge.Args) bool {
	for {
		_, rest, found := strings.Cut(part, "{")
		if !found {
			return false
		}
		name, after, _ := strings.Cut(rest, "}")
		if args.Get(name) == "" {
			return true
		}
		part = after
	}
}
