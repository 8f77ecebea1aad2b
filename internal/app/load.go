// Package app is the use cases: load, decide in pure code, write. A file a noun. Every face (command line, pages, API)
// goes through here, so that each does the same.
//
// It writes only what it was asked to write, and only after what it would write was read back and found whole.
package app

import (
	"runtime"
	"sync"

	"github.com/bulkhead-assurance/bulkhead/civil"
	"github.com/bulkhead-assurance/bulkhead/decision"
	"github.com/bulkhead-assurance/bulkhead/evidence"
	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ident"
	"github.com/bulkhead-assurance/bulkhead/internal/folder"
	"github.com/bulkhead-assurance/bulkhead/judge"
	"github.com/bulkhead-assurance/bulkhead/library"
	"github.com/bulkhead-assurance/bulkhead/model"
	"github.com/bulkhead-assurance/bulkhead/org"
	"github.com/bulkhead-assurance/bulkhead/schema"
)

// Case is a service with all that it is judged by.
type Case struct {
	Kept     folder.Service
	Document *schema.Document
	Sources  judge.Sources
	Zone     civil.Zone // of the dates
}

// Where says what to load: a path, and the organisation file where it is not found upwards from it.
type Where struct {
	Path         string
	Organisation string
	Alone        bool // there is no organisation file, whatever lies above
}

// Load reads the services at a place. Many says that it is a folder of services.
func Load(where Where) (cases []Case, many bool, err error) {
	kept, many, err := folder.Find(where.Path)
	if err != nil {
		return nil, many, err
	}
	read := make(chan []reading, 1)
	go func() { read <- readAll(kept) }() // while the library is made ready: both take about as long
	home, err := loadHome(where)
	all := <-read
	if err != nil {
		return nil, many, err
	}
	var problems []fault.Field
	for i := range all {
		c, err := &all[i].c, all[i].err
		if err == nil {
			err = home.complete(c)
		}
		if fields := fieldsOf(err); len(fields) > 0 {
			problems = append(problems, fields...)
			continue
		}
		if err != nil {
			return nil, many, err
		}
		cases = append(cases, *c)
	}
	problems = append(problems, twice(cases)...)
	return cases, many, fault.At(problems)
}

// reading is a service that was read, or why it could not be.
type reading struct {
	c   Case
	err error
}

// readAll reads services beside each other.
func readAll(kept []folder.Service) []reading {
	out := make([]reading, len(kept))
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(kept)) {
		wg.Go(func() {
			for i := range next {
				out[i].c, out[i].err = read(kept[i])
			}
		})
	}
	for i := range kept {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// LoadOne reads the one service at a path.
func LoadOne(where Where) (Case, error) {
	cases, many, err := Load(where)
	if err != nil {
		return Case{}, err
	}
	if many {
		return Case{}, manyServices(where)
	}
	return cases[0], nil
}

// fieldsOf gives the places of a fault that names places.
func fieldsOf(err error) []fault.Field {
	if f, ok := err.(*fault.Error); ok { //nolint:errorlint // faults are made whole where they are told
		return f.Fields
	}
	return nil
}

// twice finds two services of one id.
func twice(cases []Case) (problems []fault.Field) {
	first := map[ident.ID]string{}
	for i := range cases {
		id := cases[i].Sources.Service.Service.ID
		if other, is := first[id]; is {
			problems = append(problems, cases[i].Document.Fault("/service/id", "the service id %q is also used in %s", string(id), other))
			continue
		}
		first[id] = cases[i].Kept.Files[0]
	}
	return problems
}

func loadHome(where Where) (Home, error) {
	path := where.Organisation
	if path == "" && !where.Alone {
		found, err := folder.Organisation(where.Path, "")
		if err != nil {
			return Home{}, err
		}
		path = found
	}
	if path == "" {
		return NewHome(nil, schema.Source{}, nil)
	}
	source, err := folder.Read(path)
	if err != nil {
		return Home{}, err
	}
	organisation, err := org.Read(source)
	if err != nil {
		return Home{}, err
	}
	own, err := ownPacks(path, organisation.Packs)
	if err != nil {
		return Home{}, err
	}
	return NewHome(organisation, source, own)
}

// ownPacks reads the organisation's own packs.
func ownPacks(file string, names []string) (packs []library.Pack, err error) {
	for _, name := range names {
		source, err := folder.Beside(file, name)
		if err != nil {
			return nil, err
		}
		pack, err := library.ReadPack(source)
		if err != nil {
			return nil, err
		}
		packs = append(packs, pack)
	}
	return packs, nil
}

// Library gives the packs in force at a place.
func Library(where Where) (*library.Library, error) {
	h, err := loadHome(where)
	return h.Library, err
}

// read reads a service and the records beside it.
func read(kept folder.Service) (Case, error) {
	sources, err := kept.Sources()
	if err != nil {
		return Case{}, err
	}
	service, document, err := model.Read(sources...)
	if err != nil {
		return Case{}, err
	}
	c := Case{Kept: kept, Document: document, Sources: judge.Sources{Service: service}}
	if c.Sources.Evidence, err = records(kept, "evidence", evidence.Read); err != nil {
		return Case{}, err
	}
	if c.Sources.Decisions, err = records(kept, "decisions", decision.Read); err != nil {
		return Case{}, err
	}
	return c, nil
}

// maxRecords is how many records of one kind are judged together.
const maxRecords = 50_000

// records reads the records of one kind that lie beside a service.
func records[T any](kept folder.Service, kind string, read func(schema.Source) ([]T, error)) ([]T, error) {
	sources, err := kept.Records(kind)
	if err != nil {
		return nil, err
	}
	var all []T
	var problems []fault.Field
	for _, s := range sources {
		some, err := read(s)
		if fields := fieldsOf(err); len(fields) > 0 {
			problems = append(problems, fields...)
			continue
		}
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); len(all) > maxRecords {
			return nil, fault.New(fault.TooLarge, "there are more than %d records of %s; keep what is long out of date elsewhere", maxRecords, kind)
		}
	}
	return all, fault.At(problems)
}
