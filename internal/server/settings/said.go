package settings

// Said says whether a setting was set, by a flag, in the environment or in the file: it is not the default.
func (l *Loaded) Said(field any) bool {
	for _, s := range l.settings() {
		if s.value.Addr().Interface() == field {
			_, said := l.origins[s.path()]
			return said
		}
	}
	return false
}
