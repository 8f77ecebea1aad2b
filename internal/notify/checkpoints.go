package notify

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/fault"
)

// A file of checkpoints is text that people and other programs can read:
//
//	file       = { checkpoint | cut | blank } ;
//	checkpoint = body blank signatures blank ;     (* a signed note, as it was signed; the last blank line can be missing *)
//	body       = line { line } ;                   (* origin, size, root *)
//	signatures = "— " line { "— " line } ;
//	cut        = { line | blank } text "(cut short)" blank ;
//
// A checkpoint whose writing was cut short, such as when the power failed, stays where it is, for the file is only ever added
// to. Who adds the next one first writes "(cut short)" just behind it, and readers leave it out. It is on the same line, for
// a line end there could make the beginning of a signature look like a whole one.
const cutMark = "(cut short)"

// bounds, in bytes.
const (
	maxPiece       = 64 << 10 // of one checkpoint, as package ledger has it
	maxCheckpoints = 64 << 20 // of a file of them: some 300,000
)

// ReadCheckpoints gives the checkpoints in a file that a [FileSink] has written, in order, each as it was signed. Whether a
// signature is good is for package ledger to say. A file that is not there is not found, one of more than 64 MiB is too
// large, and one that holds anything but checkpoints is invalid.
func ReadCheckpoints(path string) ([]string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.NotFound, "there is no file of checkpoints %s", path)
	case err == nil && !info.Mode().IsRegular():
		return nil, fault.New(fault.Invalid, "%s is not a regular file, so it is not read for checkpoints", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxCheckpoints+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(text) > maxCheckpoints {
		return nil, fault.New(fault.TooLarge, "%s has more than %d bytes: hand in a part of it, such as its end", path, maxCheckpoints)
	}
	read := readPieces(string(text))
	if read.wrong > 0 {
		return nil, fault.At([]fault.Field{{File: path, Line: read.wrong, Column: 1, Text: "this is not part of a checkpoint: a checkpoint is its lines, a blank line, its signatures and a blank line"}})
	}
	return read.whole, nil
}

func unreadable(path string, err error) error {
	return fault.Wrap(fault.Invalid, err, "the checkpoints in %s cannot be read", path)
}

// pieces is a text taken apart.
type pieces struct {
	whole []string // the checkpoints
	cut   bool     // the text ends within one
	wrong int      // the line, from 1, of what is none; 0 where there is nothing such
}

func readPieces(text string) (p pieces) {
	body, line := "", 1
	blocks := strings.Split(text, "\n\n")
	for i, block := range blocks {
		unended := i == len(blocks)-1 && block != "" && !strings.HasSuffix(block, "\n")
		start := line + len(block) - len(strings.TrimLeft(block, "\n"))
		line += strings.Count(block, "\n") + 2
		block = strings.Trim(block, "\n")
		signatures := strings.HasPrefix(block, "— ")
		switch {
		case block == "":
		case strings.Contains(block, "\r"):
			p.wrong = start
			return p
		case unended:
			p.cut = true
			return p
		case strings.HasSuffix(block, cutMark):
			body = ""
		case signatures && body != "":
			p.whole = append(p.whole, body+"\n\n"+block+"\n")
			body = ""
		case signatures, body != "":
			p.wrong = start
			return p
		default:
			body = block
		}
	}
	p.cut = body != ""
	return p
}

// separable says whether a text is one checkpoint that can be told from what is before and after it in a file.
func separable(text string) bool {
	p := readPieces(text)
	return len(text) <= maxPiece && len(p.whole) == 1 && p.whole[0] == text
}

// ending is the end of a file of checkpoints.
type ending struct {
	text  string
	whole bool // it is all of the file
}

// readEnd reads as much of the end of a file as can hold the last whole checkpoint, with one after it that was cut short.
func readEnd(file io.ReaderAt, size int64) (ending, error) {
	from := max(0, size-4*maxPiece)
	text, err := io.ReadAll(io.NewSectionReader(file, from, size-from))
	return ending{string(text), from == 0}, err
}

// last gives the last checkpoint, empty where the file holds none, and what has to stand between the end of the file and the
// next one. It is not ok where the end is anything else than checkpoints, or where the last one is too far from the end.
func (e ending) last() (checkpoint, joint string, ok bool) {
	text := e.text
	if !e.whole { // begin after the first signatures, since what is before them may lack its beginning
		_, text, _ = strings.Cut(text, "\n\n— ")
		_, text, _ = strings.Cut(text, "\n\n")
	}
	p := readPieces(text)
	switch {
	case p.wrong > 0, len(p.whole) == 0 && !e.whole:
		return "", "", false
	case p.cut:
		joint = cutMark + "\n\n"
	case e.text != "":
		joint = "\n"
	}
	if len(p.whole) > 0 {
		checkpoint = p.whole[len(p.whole)-1]
	}
	return checkpoint, joint, true
}
