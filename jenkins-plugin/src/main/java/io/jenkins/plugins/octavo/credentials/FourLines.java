package io.jenkins.plugins.octavo.credentials;

/** How the log tells a failure: what, where, why, and what to do about it. */
final class FourLines {
    private FourLines() {}

    static String of(String what, String where, String why, String fix) {
        return what + "\n  where  " + where + "\n  why    " + why + "\n  fix    " + fix;
    }
}
