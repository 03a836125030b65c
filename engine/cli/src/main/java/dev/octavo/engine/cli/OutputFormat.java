package dev.octavo.engine.cli;

/** How a command's result is written. */
enum OutputFormat {
    TEXT,
    JSON
}
