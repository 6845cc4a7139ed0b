package main

import (
	"log"
	"net/http"
	"os"
)

// Usage: file-server ADDRESS FOLDER
func main() {
	log.Fatal(http.ListenAndServe(os.Args[1], http.FileServer(http.Dir(os.Args[2]))))
}
