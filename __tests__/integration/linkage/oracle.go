// What Go's own debug packages read in a file, as JSON in the shape and the words of Linkage, as far as they go.
//
// It is built in a temporary folder, beside a copy of Go's internal/xcoff, which programs cannot import.
package main

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"debug/plan9obj"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"example.test/oracle/xcoff"
)

type fields = map[string]any

func main() {
	linkage, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(linkage); err != nil {
		log.Fatal(err)
	}
}

func read(path string) (fields, error) {
	head := make([]byte, 4)
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.ReadAt(head, 0); err != nil {
		return nil, err
	}
	switch {
	case string(head) == elf.ELFMAG:
		return readELF(path)
	case string(head) == "\xca\xfe\xba\xbe":
		return readFat(path)
	case string(head[1:]) == "\xfa\xed\xfe":
		return readMachO(path)
	case string(head[:2]) == "MZ":
		return readPE(path)
	case string(head[:2]) == "\x01\xf7":
		return readXCOFF(path)
	case string(head) == "<big":
		return readBigArchive(path)
	}
	return readPlan9(path)
}

func readELF(path string) (fields, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	linkage := fields{
		"format":  "elf",
		"class":   map[elf.Class]int{elf.ELFCLASS32: 32, elf.ELFCLASS64: 64}[f.Class],
		"data":    map[elf.Data]string{elf.ELFDATA2LSB: "little", elf.ELFDATA2MSB: "big"}[f.Data],
		"osabi":   strings.Replace(f.OSABI.String(), "ELFOSABI_LINUX", "ELFOSABI_GNU", 1),
		"machine": f.Machine.String(),
		"type":    strings.TrimPrefix(f.Type.String(), "ET_"),
		"entry":   f.Entry != 0,
		"dynamic": false,
	}
	for _, p := range f.Progs {
		switch p.Type {
		case elf.PT_INTERP:
			text := make([]byte, p.Filesz)
			if _, err := p.ReadAt(text, 0); err != nil {
				return nil, err
			}
			linkage["interpreter"], _, _ = strings.Cut(string(text), "\x00")
		case elf.PT_DYNAMIC:
			linkage["dynamic"] = true
		}
	}
	for name, tag := range map[string]elf.DynTag{
		"needed":  elf.DT_NEEDED,
		"rpath":   elf.DT_RPATH,
		"runpath": elf.DT_RUNPATH,
	} {
		values, err := f.DynString(tag)
		if err != nil {
			return nil, err
		}
		linkage[name] = list(strings.FieldsFunc(strings.Join(values, ":"), func(r rune) bool { return r == ':' }))
	}
	libraries, err := f.DynamicVersionNeeds()
	if err != nil && err != elf.ErrNoSymbols && !strings.Contains(err.Error(), "missing version table") {
		return nil, err
	}
	versions := []fields{}
	for _, library := range libraries {
		for _, need := range library.Needs {
			versions = append(versions, fields{"library": library.Name, "version": need.Dep})
		}
	}
	linkage["versions"] = versions
	return linkage, nil
}

func readFat(path string) (fields, error) {
	f, err := macho.OpenFat(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var slices []fields
	for _, arch := range f.Arches {
		slices = append(slices, readSlice(arch.File))
	}
	return fields{"format": "macho", "slices": slices}, nil
}

func readMachO(path string) (fields, error) {
	f, err := macho.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return fields{"format": "macho", "slices": []fields{readSlice(f)}}, nil
}

func readSlice(f *macho.File) fields {
	cpus := map[macho.Cpu]string{
		macho.Cpu386:   "CPU_TYPE_X86",
		macho.CpuAmd64: "CPU_TYPE_X86_64",
		macho.CpuArm64: "CPU_TYPE_ARM64",
	}
	types := map[macho.Type]string{macho.TypeExec: "MH_EXECUTE", macho.TypeDylib: "MH_DYLIB"}
	dylibs, rpaths := []fields{}, []string{}
	for _, load := range f.Loads {
		switch load := load.(type) {
		case *macho.Dylib:
			dylibs = append(dylibs, fields{"name": load.Name, "kind": "LC_LOAD_DYLIB"})
		case *macho.Rpath:
			rpaths = append(rpaths, load.Path)
		}
	}
	return fields{"cpu": cpus[f.Cpu], "filetype": types[f.Type], "dylibs": dylibs, "rpaths": rpaths}
}

// readPE goes by the imported symbols: ImportedLibraries of debug/pe is empty by design.
func readPE(path string) (fields, error) {
	f, err := pe.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	machines := map[uint16]string{
		pe.IMAGE_FILE_MACHINE_I386:  "IMAGE_FILE_MACHINE_I386",
		pe.IMAGE_FILE_MACHINE_AMD64: "IMAGE_FILE_MACHINE_AMD64",
		pe.IMAGE_FILE_MACHINE_ARM64: "IMAGE_FILE_MACHINE_ARM64",
	}
	linkage := fields{
		"format":  "pe",
		"machine": machines[f.Machine],
		"dll":     f.Characteristics&pe.IMAGE_FILE_DLL != 0,
	}
	switch header := f.OptionalHeader.(type) {
	case *pe.OptionalHeader32:
		linkage["magic"], linkage["dllCharacteristics"] = "PE32", header.DllCharacteristics
	case *pe.OptionalHeader64:
		linkage["magic"], linkage["dllCharacteristics"] = "PE32+", header.DllCharacteristics
	}
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return nil, err
	}
	imports := []string{}
	for _, symbol := range symbols {
		_, library, _ := strings.Cut(symbol, ":")
		if !slices.Contains(imports, library) {
			imports = append(imports, library)
		}
	}
	linkage["imports"] = imports
	return linkage, nil
}

func readBigArchive(path string) (fields, error) {
	archive, err := xcoff.OpenArchive(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	members := []fields{}
	for _, member := range archive.Members {
		members = append(members, fields{"name": member.Name, "length": member.Size})
	}
	return fields{"format": "archive", "members": members}, nil
}

func readXCOFF(path string) (fields, error) {
	f, err := xcoff.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	libraries, err := f.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	imports := []fields{}
	for _, library := range libraries {
		base, member, _ := strings.Cut(library, "/")
		imports = append(imports, fields{"path": "", "base": base, "member": member})
	}
	return fields{"format": "xcoff", "class": 64, "libpath": f.LibraryPaths, "imports": imports}, nil
}

func readPlan9(path string) (fields, error) {
	f, err := plan9obj.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	machines := map[uint32]string{
		plan9obj.Magic386:   "386",
		plan9obj.MagicAMD64: "amd64",
		plan9obj.MagicARM:   "arm",
	}
	machine, known := machines[f.Magic]
	if !known {
		return nil, fmt.Errorf("magic %#x", f.Magic)
	}
	return fields{"format": "plan9", "machine": machine}, nil
}

// list makes an empty list where JSON would have null.
func list(values []string) []string {
	return append([]string{}, values...)
}
