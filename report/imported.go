package report

// Imported is what came of a design in another tool's format, of which a service file was drafted.
type Imported struct {
	Bulkhead  string   `json:"bulkhead"` // import/v1
	Format    string   `json:"format"`
	Service   string   `json:"service"`
	Carried   Carried  `json:"carried"`
	Withheld  string   `json:"withheld,omitempty"` // why there are only counts
	Dropped   []string `json:"dropped"`            // sentences: what was not carried over, or only in part
	Questions []Asking `json:"questions"`          // what nobody has said, those first on which most threats hang
}

// Carried is how much of each kind a draft has.
type Carried struct {
	Components  int `json:"components"`
	Flows       int `json:"flows"`
	Data        int `json:"data"`
	Zones       int `json:"zones"`
	Runtimes    int `json:"runtimes"`
	Identities  int `json:"identities"`
	Risks       int `json:"risks"`
	Controls    int `json:"controls"`
	Assumptions int `json:"assumptions"`
}

// Asking is something that nobody has said, with how many threats hang on it.
type Asking struct {
	Ref     string `json:"ref"` // where it is said in the service file, as `bulkhead set` takes it
	Text    string `json:"text"`
	Threats int    `json:"threats"`
}
