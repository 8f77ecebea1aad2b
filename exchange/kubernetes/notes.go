package kubernetes

import "github.com/bulkhead-assurance/bulkhead/exchange/foreign"

// What is not carried over, and what to know of what is.
var (
	nameless  = foreign.Note{One: "1 document has no kind or no name, so it was left out", Many: "%d documents have no kind or no name, so they were left out"}
	otherKind = foreign.Note{One: "1 manifest is of a kind that is not read", Many: "%d manifests are of kinds that are not read"}
	inTheOpen = foreign.Note{
		One:  "1 Secret has its values in the file, which were left out: whoever can read the file knows them",
		Many: "%d Secrets have their values in the file, which were left out: whoever can read the file knows them",
	}
	selectsNothing = foreign.Note{One: "1 Service selects no workload of the file", Many: "%d Services select no workload of the file"}
	keptByNetwork  = foreign.Note{
		One:  "Flows count as filtered by a NetworkPolicy, which the network of the cluster must keep to: not every one does",
		Many: "Flows count as filtered by %d NetworkPolicies, which the network of the cluster must keep to: not every one does",
	}
)
