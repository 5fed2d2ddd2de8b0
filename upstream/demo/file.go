package demo

import (
	"fmt"
	"math"
	"path"
	"strconv"
)

// fileTypes are the portal's numbers for what it can show.
var fileTypes = map[string]int{".pdf": 7, ".docx": 7, ".xlsx": 5, ".zip": 1}

func (e *encoder) file(f *file) {
	extension := path.Ext(f.title)
	e.open("", '{')
	e.number("folderId", 412)
	e.number("version", f.version)
	e.number("versionGroup", 1)
	e.text("contentLength", readableSize(f.size)) // a text; the number is the next one
	e.number("pureContentLength", f.size)
	e.number("fileStatus", 0)
	e.text("viewUrl", portalURL+"/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid="+f.plainID())
	e.text("webUrl", portalURL+"/Products/Files/DocEditor.aspx?fileid="+f.plainID())
	e.number("fileType", fileTypes[extension])
	e.text("fileExst", extension)
	e.text("comment", "")
	if f.thirdParty {
		e.text("id", f.plainID())
	} else {
		e.number("id", f.id)
	}
	e.text("title", f.title)
	e.number("access", 0)
	e.flag("shared", false)
	e.number("rootFolderType", 2)
	e.employee("updatedBy", f.by)
	e.date("created", f.created)
	e.employee("createdBy", f.by)
	e.date("updated", f.created)
	e.close('}')
}

// plainID is a text of its own for a file in a storage outside the portal.
func (f *file) plainID() string {
	if f.thirdParty {
		return fmt.Sprintf("sbox-12-%d", f.id)
	}
	return fmt.Sprint(f.id)
}

// readableSize has at most two decimals.
func readableSize(bytes int) string {
	size, unit := float64(bytes)/(1<<10), " KB"
	if size >= 1<<10 {
		size, unit = size/(1<<10), " MB"
	}
	return strconv.FormatFloat(math.Round(size*100)/100, 'f', -1, 64) + unit
}

// listFiles are those of an opportunity's events; the portal checks no access.
func listFiles(c *call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	var rows []string
	for _, v := range c.store.events {
		if v.opportunity != id {
			continue
		}
		for _, f := range v.files {
			e := c.encoder()
			e.file(f)
			rows = append(rows, string(e.buf))
		}
	}
	return c.plainList(rows), nil
}
