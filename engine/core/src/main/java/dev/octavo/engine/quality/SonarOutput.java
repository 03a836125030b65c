package dev.octavo.engine.quality;

import java.util.Locale;

/** Listens to the scanner and keeps which of the known ways to fail it took. */
final class SonarOutput {
    private boolean unauthorized;
    private boolean unreachable;

    void accept(String line) {
        String text = line.toLowerCase(Locale.ROOT);
        if (!text.contains("error")) {
            return;
        }
        unauthorized |= text.contains("not authorized")
                || text.contains("you're not authorized")
                || text.contains("insufficient privileges")
                || text.contains("http 401")
                || text.contains("http 403");
        unreachable |= text.contains("can not be reached")
                || text.contains("failed to query server version")
                || text.contains("fail to get bootstrap index")
                || text.contains("fail to request");
    }

    boolean isUnauthorized() {
        return unauthorized;
    }

    boolean isUnreachable() {
        return unreachable && !unauthorized;
    }
}
