package io.jenkins.plugins.octavo.steps;

import hudson.AbortException;

/** A failure that says what, where, why and what to do, as the engine's do. */
public final class FourLines extends AbortException {
    private static final long serialVersionUID = 1L;

    public FourLines(String what, String where, String why, String fix) {
        super(what + "\n  where  " + where + "\n  why    " + why + "\n  fix    " + fix);
    }
}
