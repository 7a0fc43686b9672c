// Hello greets, and tells which version of it does.
package main

import (
	"flag"
	"fmt"
)

// version is set by the linker: -ldflags "-X main.version={version}".
var version = "(unreleased)"

func main() {
	name := flag.String("name", "world", "whom to greet")
	flag.Parse()
	fmt.Printf("Hello, %s, from hello %s\n", *name, version)
}
