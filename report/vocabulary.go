package report

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/assess"
	"github.com/bulkhead-assurance/bulkhead/org"
)

// tableOf gives the phrase table in the words of a vocabulary. The table is written in civil words; a defence reader says
// capability for service, and some sentences differ in more than a word.
func tableOf(v org.Vocabulary) phrasebook {
	book := phrasebook{table: phrases(), words: v}
	if v != org.Defence {
		return book
	}
	for code, template := range book.table {
		book.table[code] = InWords(v, template)
	}
	for code, template := range defencePhrases() {
		book.table[code] = template
	}
	return book
}

// InWords gives a text of Bulkhead's own in the words of a vocabulary. It is never for what a team wrote. What is written in
// a file keeps its name, and so do arguments.
func InWords(v org.Vocabulary, text string) string {
	if v != org.Defence {
		return text
	}
	return strings.NewReplacer(
		"{service}", "{service}", "{services}", "{services}", "service file", "service file", "`service", "`service", "denial of service", "denial of service",
		"services", "capabilities", "Services", "Capabilities", "service", "capability", "Service", "Capability",
	).Replace(text)
}

// defencePhrases are the sentences that a defence reader would say in another way.
func defencePhrases() map[string]string {
	return map[string]string{
		"activity.establish-by":     "To be established by {until}: the capability came to Secure by Design in mid-life, on {adopted}",
		"risk.unacceptable-loss":    "{band} ({score}) would be within what may be borne, but it could bring the unacceptable loss {loss}: the senior responsible owner must decide",
		"context.appetite-stricter": "{proposed} is proposed, but {band} applies until the senior responsible owner or the capability sponsor has signed for more, and never above what the organisation allows",
		"supplier.clause-missing":   "Its cyber risk profile is {profile}, and nothing says that the contract has {clause}: the commercial officer must see to it",
	}
}

// vocabularyOf gives the words in which a posture is told: those of defence for what is in the defence lifecycle, or where
// the organisation says so.
func vocabularyOf(p *assess.Posture) org.Vocabulary { return p.Context.Vocabulary }
