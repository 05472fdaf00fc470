package main

// Run is main without the process, for the tests.
var Run = run
