package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/exchange/foreign"
	"github.com/bulkhead-assurance/bulkhead/exchange/sketch"
	"github.com/bulkhead-assurance/bulkhead/exchange/tree"
	"github.com/bulkhead-assurance/bulkhead/model"
)

const maxProperties = 200 // of one body that are looked at for files

// files looks for operations that take files or markup.
func (r *reader) files() {
	for o := range r.operations() {
		if r.takesFiles(o) {
			r.api.AcceptsFiles = model.Yes
			sketch.Remark(&r.api.Note, "It takes files or markup, for example with "+sketch.Clean(o.name)+".")
			return
		}
	}
}

func (r *reader) takesFiles(o operation) bool {
	for media, content := range r.follow(o.node.Get("requestBody")).Get("content").Pairs() {
		media, _, _ = strings.Cut(strings.ToLower(media), ";")
		switch {
		case strings.HasPrefix(media, "multipart/"):
			left := maxProperties
			for _, property := range r.follow(content.Get("schema")).Get("properties").Pairs() {
				if left--; left < 0 {
					break
				}
				if r.binary(property) || r.binary(r.follow(property).Get("items")) {
					return true
				}
			}
		case isFile(media):
			return true
		}
	}
	for _, p := range slices.Concat(o.node.All("parameters"), o.parameters) {
		if p = r.follow(p); p.Says("in") == "formData" && p.Says("type") == "file" {
			return true
		}
	}
	return o.node.Get("parameters") != nil && slices.ContainsFunc(o.node.Texts("consumes"), isFile)
}

func isFile(media string) bool {
	for _, part := range []string{"application/octet-stream", "application/pdf", "application/zip", "application/xml", "text/xml", "text/html", "text/csv", "image/", "video/", "audio/", "application/vnd."} {
		if strings.HasPrefix(media, part) && !strings.HasSuffix(media, "+json") {
			return true
		}
	}
	return strings.HasSuffix(media, "+xml")
}

func (r *reader) binary(n *tree.Node) bool {
	n = r.follow(n)
	return n.Says("format") == "binary" || n.Says("format") == "byte" || n.Has("contentMediaType")
}

// personal adds data for the properties whose names are usually of personal data.
func (r *reader) personal() {
	found := map[string]bool{}
	var names []string
	look(r.root, func(name string) {
		if name = sketch.Clean(name); !found[name] {
			found[name] = true
			names = append(names, name)
		}
	})
	for o := range r.operations() {
		for _, p := range slices.Concat(o.node.All("parameters"), o.parameters) {
			if name := sketch.Clean(r.follow(p).Says("name")); looksPersonal(name) && !found[name] {
				found[name] = true
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	const most = 20
	shown := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		shown += fmt.Sprintf(" and %d more", len(names)-most)
	}
	d := r.Data("What looks personal")
	d.Note = "Looks personal, by the names of properties: " + shown + ". Say in `personal` whether it is."
	r.api.Handles = append(r.api.Handles, d.ID)
	for _, f := range r.flows {
		f.Data = append(f.Data, d.ID)
	}
	r.Drop(personal, "")
}

// look calls found for each property, anywhere below a node, whose name is usually of personal data. What is called a name
// and nothing else counts where something beside it does.
func look(n *tree.Node, found func(string)) {
	properties := n.Get("properties")
	some, bare := false, ""
	for name := range properties.Pairs() {
		switch {
		case looksPersonal(name):
			some = true
			found(name)
		case strings.EqualFold(name, "name"):
			bare = name
		}
	}
	if some && bare != "" {
		found(bare)
	}
	for _, item := range n.Items {
		if item.Kind == tree.Map || item.Kind == tree.List {
			look(item, found)
		}
	}
}

func looksPersonal(name string) bool {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return slices.Contains([]string{
		"email", "emailaddress", "firstname", "forename", "givenname", "middlename", "lastname", "surname", "familyname", "fullname", "maidenname",
		"dateofbirth", "birthdate", "birthday", "dob", "placeofbirth", "nationalinsurancenumber", "nino", "nhsnumber", "passportnumber", "drivinglicencenumber", "taxpayerreference", "utr",
		"phone", "phonenumber", "telephone", "telephonenumber", "mobile", "mobilenumber", "postcode", "homeaddress", "postaladdress", "addressline1", "ipaddress",
		"gender", "sex", "ethnicity", "ethnicgroup", "religion", "nationality", "sexualorientation", "disability", "disabilities", "healthconditions", "tradeunionmembership", "politicalopinion",
		"maritalstatus", "bankaccountnumber", "accountnumber", "sortcode", "cardnumber", "criminalrecord", "convictions", "offences",
	}, plain)
}

// What is not carried over, and what to look at.
var (
	relative   = foreign.Note{One: "1 server has an address that does not say how it is reached", Many: "%d servers have addresses that do not say how they are reached"}
	local      = foreign.Note{One: "1 server is on the caller's own machine, so it was left out", Many: "%d servers are on the caller's own machine, so they were left out"}
	outside    = foreign.Note{One: "1 reference leads to another file, which was not opened", Many: "%d references lead to other files, which were not opened"}
	ownServers = foreign.Note{One: "1 operation has servers of its own, which were left out", Many: "%d operations have servers of their own, which were left out"}
	manyWays   = foreign.Note{One: "Operations ask for different ways of signing in, so how callers are known was left open", Many: "In %d places operations ask for different ways of signing in"}
	webhooks   = foreign.Note{One: "The interface calls others back (webhooks), which was left out: add those flows", Many: "%d kinds of calling back were left out"}
	personal   = foreign.Note{One: "Some of what the interface carries looks personal: say in the data whether it is", Many: "%d kinds of data look personal: say whether they are"}
)
