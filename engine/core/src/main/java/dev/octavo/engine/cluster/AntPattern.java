package dev.octavo.engine.cluster;

import java.util.regex.Pattern;

/** A file pattern by Ant's rules: {@code ?}, {@code *}, {@code **}; a slash at the end means all below. */
final class AntPattern {
    private static final Pattern DEFAULT_EXCLUDES = Pattern.compile(
            "(?:.*/)?(?:[^/]*~|#[^/]*#|\\.#[^/]*|%[^/]*%|\\._[^/]*|CVS(?:/.*)?|\\.cvsignore|SCCS(?:/.*)?|vssver\\.scc"
                    + "|\\.svn(?:/.*)?|\\.git(?:/.*)?|\\.gitattributes|\\.gitignore|\\.gitmodules|\\.hg(?:/.*)?"
                    + "|\\.hgignore|\\.hgsub|\\.hgsubstate|\\.hgtags|\\.bzr(?:/.*)?|\\.bzrignore|\\.DS_Store)");

    private final String text;
    private final Pattern regex;

    AntPattern(String text) {
        String normal = text.replace('\\', '/');
        while (normal.startsWith("./")) {
            normal = normal.substring(2);
        }
        this.text = normal.endsWith("/") ? normal + "**" : normal;
        this.regex = Pattern.compile(regex(this.text));
    }

    /** Files of version control and editors, which no pattern matches. */
    static boolean excluded(String path) {
        return DEFAULT_EXCLUDES.matcher(path).matches();
    }

    String text() {
        return text;
    }

    boolean wildcard() {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    /** Whether it leaves the directory that it is used in. */
    boolean escapes() {
        return text.startsWith("/") || text.matches("[A-Za-z]:.*") || ("/" + text + "/").contains("/../");
    }

    /** The directories that all matches are under, {@code ""} for the top. */
    String root() {
        int wild = text.length();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '*' || text.charAt(i) == '?') {
                wild = i;
                break;
            }
        }
        int slash = text.lastIndexOf('/', Math.max(0, wild - 1));
        return slash < 0 ? "" : text.substring(0, slash);
    }

    /** @param path relative, with slashes */
    boolean matches(String path) {
        return regex.matcher(path).matches();
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        String[] parts = pattern.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (parts[i].equals("**")) {
                regex.append(last ? ".*" : "(?:[^/]+/)*");
            } else {
                for (char c : parts[i].toCharArray()) {
                    regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
                }
                // a/** matches what is below a; the slash before it belongs to that
                if (!last) {
                    regex.append('/');
                }
            }
        }
        return regex.toString();
    }
}
