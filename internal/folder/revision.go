package folder

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// Revision is the YAML and JSON files of one revision of a git repository, laid out in a folder of their own until it is
// closed.
type Revision struct {
	Name string // as it was asked for
	dir  string
	sub  string // the path of the folder that was asked about, below the top of the repository
	told chan os.Signal
}

// bounds on what is read of a revision
const (
	maxTree  = 256 << 20
	maxNames = 64 << 20
)

// AtRevision reads a revision of the repository that a path is in. It runs git, which must be installed, and asks it for
// nothing but names and contents: no hook, no filter and no other program runs, and nothing is fetched.
func AtRevision(where, name string) (*Revision, error) {
	g := repositoryOf(where)
	commit, err := g.commit(name)
	if err != nil {
		return nil, g.unknown(name, err)
	}
	prefix, err := g.ask("rev-parse", "--show-prefix")
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "%s is in no git repository", where)
	}
	r := &Revision{Name: name, sub: strings.TrimSpace(string(prefix))}
	if g.dir != where {
		r.sub = path.Join(r.sub, filepath.Base(where))
	}
	if err := r.room(); err != nil {
		return nil, err
	}
	if err := g.lay(commit, r.dir); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// IsRevision says whether a name is that of a revision of the repository that a path is in. Where files only look like a
// repository, that cannot be said.
func IsRevision(where, name string) (bool, error) {
	_, err := repositoryOf(where).commit(name)
	if err != nil && strings.Contains(err.Error(), onlyLooks) {
		return false, lookalike(where)
	}
	return err == nil, nil
}

// onlyLooks is what git says of files that look like a repository and lie in a folder of another.
const onlyLooks = "cannot use bare repository"

func lookalike(where string) error {
	return fault.New(fault.Invalid, "%s holds files that look like a git repository of their own (HEAD, objects, refs), so no revision is read: take them away", where)
}

// room makes the folder that the revision is laid out in. Its path is whole: what lies above it is looked for no further.
// It is taken away even when the program is told to end half-way, since it holds a copy of all that the team wrote.
func (r *Revision) room() error {
	dir, err := os.MkdirTemp("", "bulkhead-revision-")
	if err == nil {
		r.dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, err, "there is no room for a revision")
	}
	r.told = make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as nohup has it
			signal.Notify(r.told, s)
		}
	}
	go func() {
		s, is := <-r.told
		if !is {
			return
		}
		for range 10 { // files may be written into it still
			if os.RemoveAll(r.dir) == nil {
				break
			}
		}
		os.Exit(ended(s))
	}()
	return nil
}

// ended gives the exit code of a program that a signal ended, as shells have it.
func ended(s os.Signal) int {
	if n, is := s.(syscall.Signal); is {
		return 128 + int(n)
	}
	return 1
}

// Path is where what was asked about lies.
func (r *Revision) Path() string { return filepath.Join(r.dir, filepath.FromSlash(r.sub)) }

// Organisation looks for the organisation file in the revision; empty when there is none.
func (r *Revision) Organisation() (string, error) { return Organisation(r.Path(), r.dir) }

// Shown gives a path in the revision as people know it: REVISION:PATH.
func (r *Revision) Shown(file string) string {
	if rest, is := strings.CutPrefix(file, r.dir+string(filepath.Separator)); is {
		return r.Name + ":" + filepath.ToSlash(rest)
	}
	return strings.ReplaceAll(file, r.dir, r.Name)
}

// Close takes the files away again.
func (r *Revision) Close() error {
	signal.Stop(r.told)
	close(r.told)
	return os.RemoveAll(r.dir)
}

// repository is a git repository, by a folder in it.
type repository struct{ dir string }

// repositoryOf gives the repository that a path is in.
func repositoryOf(where string) repository {
	if info, err := os.Stat(where); err != nil || !info.IsDir() {
		return repository{dir: filepath.Dir(where)}
	}
	return repository{dir: where}
}

// command is a call of git. Files that only look like a repository, which anybody can commit, are none: what they hold
// would be taken for the past. Which repository is meant is said by the path alone, not by what a hook was started with.
func (g repository) command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", append([]string{"-C", g.dir, "-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit", "--no-replace-objects"}, args...)...)
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(elsewhere(), name)
	})
	cmd.Env = append(env, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "LC_ALL=C")
	return cmd
}

// elsewhere names the variables that make git look at another repository than that of the folder that it is in.
func elsewhere() []string {
	return []string{
		"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE",
	}
}

// commit gives the commit that a name is of.
func (g repository) commit(name string) (string, error) {
	out, err := g.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	commit := strings.TrimSpace(string(out))
	if err == nil && strings.Trim(commit, "0123456789abcdef") != "" { // such as ^main, which means all but it
		err = fault.New(fault.NotFound, "%s names no single commit", name)
	}
	return commit, err
}

func (g repository) ask(args ...string) ([]byte, error) {
	cmd := g.command(args...)
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &limited{&out, maxNames}, &limited{&told, 1 << 16}
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(told.String()))
	}
	return out.Bytes(), nil
}

// unknown says why a revision cannot be had.
func (g repository) unknown(name string, err error) error {
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fault.New(fault.Invalid, "git is not installed, so the revision %s cannot be read", name)
	case strings.Contains(err.Error(), "not a git repository"):
		return fault.New(fault.NotFound, "%s: there is no such file or folder, and this is no git repository", name)
	case strings.Contains(err.Error(), onlyLooks):
		return lookalike(g.dir)
	case strings.Contains(err.Error(), "dubious ownership"):
		return fault.New(fault.Invalid, "git does not trust this repository, which belongs to somebody else; see `git help config` on safe.directory")
	}
	return fault.New(fault.NotFound, "%s: there is no such file, folder or git revision", name)
}

// blob is a file of a revision.
type blob struct{ hash, name string }

// lay writes the files of a commit that a service can be made of into a folder.
func (g repository) lay(commit, dir string) error {
	names, err := g.ask("ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the files of the revision cannot be listed")
	}
	blobs := blobs(names)
	if len(blobs) > maxFiles {
		return fault.New(fault.TooLarge, "the revision holds more than %d YAML and JSON files", maxFiles)
	}
	if len(blobs) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "there is no room for a revision")
	}
	defer root.Close()
	return g.contents(blobs, root)
}

// blobs reads a listing: regular files only, so that no link leads anywhere.
func blobs(listing []byte) (out []blob) {
	for line := range strings.SplitSeq(string(listing), "\x00") {
		head, name, ok := strings.Cut(line, "\t")
		fields := strings.Fields(head)
		if !ok || len(fields) != 3 || !strings.HasPrefix(fields[0], "100") || !filepath.IsLocal(name) || passedOver(name) {
			continue
		}
		switch path.Ext(name) {
		case ".yaml", ".yml", ".json":
			out = append(out, blob{fields[2], name})
		}
	}
	return out
}

// passedOver says whether the search for services would not look there.
func passedOver(name string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if part == "node_modules" || part == "vendor" || part == "testdata" || strings.HasPrefix(part, ".") && part != "." {
			return true
		}
	}
	return false
}

// contents asks git for the contents of files, all in one process, and writes them.
func (g repository) contents(blobs []blob, root *os.Root) (err error) {
	cmd := g.command("cat-file", "--batch")
	var hashes strings.Builder
	for _, b := range blobs {
		hashes.WriteString(b.hash + "\n")
	}
	cmd.Stdin = strings.NewReader(hashes.String())
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return fault.Wrap(fault.Internal, err, "git cannot be asked")
	}
	if err := cmd.Start(); err != nil {
		return fault.Wrap(fault.Invalid, err, "git cannot be asked")
	}
	err = write(bufio.NewReaderSize(pipe, 1<<16), blobs, root)
	if err != nil {
		_ = cmd.Process.Kill() // it has nothing more to say that anybody reads
	}
	return errors.Join(err, ignoreKilled(cmd.Wait(), err))
}

func ignoreKilled(waited, because error) error {
	if because != nil {
		return nil
	}
	return waited
}

// write writes what git answers: for each file a line with its size, then its content.
func write(answers *bufio.Reader, blobs []blob, root *os.Root) error {
	total := 0
	for _, b := range blobs {
		head, err := answers.ReadString('\n')
		fields := strings.Fields(head)
		if err != nil || len(fields) != 3 {
			return fault.New(fault.Invalid, "git does not have the content of %s", b.name)
		}
		size, err := strconv.Atoi(fields[2])
		if total += size; err != nil || size < 0 || total > maxTree {
			return fault.New(fault.TooLarge, "the YAML and JSON files of the revision are larger than %d MiB together", maxTree>>20)
		}
		content := make([]byte, size+1)
		if _, err := io.ReadFull(answers, content); err != nil {
			return fault.Wrap(fault.Invalid, err, "git does not have the content of %s", b.name)
		}
		if err := root.MkdirAll(path.Dir(b.name), 0o700); err != nil {
			return fault.Wrap(fault.Internal, err, "there is no room for a revision")
		}
		if err := root.WriteFile(b.name, content[:size], 0o600); err != nil {
			return fault.Wrap(fault.Internal, err, "there is no room for a revision")
		}
	}
	return nil
}

// limited writes no more than so many bytes.
type limited struct {
	to   io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return 0, fault.New(fault.TooLarge, "git says more than is read")
	}
	l.left -= len(p)
	return l.to.Write(p)
}
