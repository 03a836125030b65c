package io.jenkins.plugins.octavo.gate;

import hudson.AbortException;

/** Failures in four lines, as the octavo command writes them; docs/errors.md explains the codes. */
final class GateErrors {
    private static final String INVALID = "CONFIG-101";
    private static final String NOBODY = "GATE-101";

    private GateErrors() {}

    /** A parameter or setting that cannot be used. */
    static AbortException invalid(String what, String where, String why, String fix) {
        return describe(INVALID, what, where, why, fix);
    }

    /** A gate that nobody could ever pass. */
    static AbortException nobody(String what, String where, String why, String fix) {
        return describe(NOBODY, what, where, why, fix);
    }

    private static AbortException describe(String code, String what, String where, String why, String fix) {
        return new AbortException(
                code + "  " + what + "\n  where  " + where + "\n  why    " + why + "\n  fix    " + fix);
    }
}
