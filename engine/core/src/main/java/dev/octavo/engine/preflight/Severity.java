package dev.octavo.engine.preflight;

/** How bad a finding is. */
public enum Severity {
    /** It fails, or does what nobody wants. */
    ERROR,
    /** It works by luck, or makes things worse when something else goes wrong. */
    WARNING;

    /** In small letters. */
    public String label() {
        return this == ERROR ? "error" : "warning";
    }
}
