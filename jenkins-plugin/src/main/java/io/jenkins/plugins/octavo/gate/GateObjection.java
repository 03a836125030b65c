package io.jenkins.plugins.octavo.gate;

/** Why an approval or refusal does not count, as an HTTP status and a sentence for whoever gave it. */
final class GateObjection extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    GateObjection(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    int status() {
        return status;
    }
}
