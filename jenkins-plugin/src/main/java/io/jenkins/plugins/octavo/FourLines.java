package io.jenkins.plugins.octavo;

import hudson.AbortException;

/**
 * A failure as the octavo command tells its own: a code, what, where, why and what to do. docs/errors.md explains the codes.
 */
public final class FourLines extends AbortException {
    /** A parameter or setting that is missing or wrong. */
    public static final String INVALID = "CONFIG-101";
    /** A credential that is missing, of the wrong type, or locked. */
    public static final String CREDENTIALS = "CONFIG-107";
    /** A kubeconfig that cannot be used. */
    public static final String KUBECONFIG = "DEPLOY-104";
    /** A deployment that is not the one that was approved. */
    public static final String PLAN_CHANGED = "DEPLOY-201";
    /** A gate that nobody has passed, or could ever pass. */
    public static final String GATE = "GATE-101";
    /** A result that is none. */
    public static final String RESULT = "INTERNAL-101";

    private static final long serialVersionUID = 1L;

    public FourLines(String code, String what, String where, String why, String fix) {
        super(text(code, what, where, why, fix));
    }

    /** The same as a text. */
    public static String text(String code, String what, String where, String why, String fix) {
        return code + "  " + what + "\n  where  " + where + "\n  why    " + why + "\n  fix    " + fix;
    }
}
