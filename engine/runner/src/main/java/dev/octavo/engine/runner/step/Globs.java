package dev.octavo.engine.runner.step;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;

/** File patterns as Ant and Jenkins read them: several separated by commas, {@code **} for any folders. */
public final class Globs {
    /** What version control and editors leave about. */
    private static final String DEFAULT_EXCLUDES = "**/*~,**/#*#,**/.#*,**/%*%,**/._*,**/CVS,**/CVS/**,**/.cvsignore,"
            + "**/SCCS,**/SCCS/**,**/vssver.scc,**/.svn,**/.svn/**,**/.DS_Store,**/.git,**/.git/**,**/.gitattributes,"
            + "**/.gitignore,**/.gitmodules,**/.hg,**/.hg/**,**/.hgignore,**/.hgsub,**/.hgsubstate,**/.hgtags,"
            + "**/.bzr,**/.bzr/**,**/.bzrignore";

    private Globs() {}

    /**
     * The files under a folder that match, relative to it, sorted.
     *
     * @param includes {@code ""} for all
     * @param excludes {@code ""} for none
     */
    public static List<Path> find(Path root, String includes, String excludes, boolean defaultExcludes)
            throws IOException {
        List<Pattern> in = patterns(includes.isBlank() ? "**" : includes);
        List<Pattern> out = new ArrayList<>(patterns(excludes));
        if (defaultExcludes) {
            out.addAll(patterns(DEFAULT_EXCLUDES));
        }
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return found;
        }
        Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path relative = root.relativize(file);
                String path = relative.toString().replace('\\', '/');
                if (matches(in, path) && !matches(out, path)) {
                    found.add(relative);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE; // it went away, or is not ours
            }
        });
        Collections.sort(found);
        return found;
    }

    /** Whether a path with {@code /} matches a single pattern. */
    public static boolean matches(String pattern, String path, boolean caseSensitive) {
        return pattern(pattern, caseSensitive ? 0 : Pattern.CASE_INSENSITIVE)
                .matcher(path)
                .matches();
    }

    private static boolean matches(List<Pattern> patterns, String path) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
    }

    private static List<Pattern> patterns(String list) {
        List<Pattern> patterns = new ArrayList<>();
        for (String one : list.split(",", -1)) {
            String pattern = one.strip();
            if (!pattern.isEmpty()) {
                patterns.add(pattern(pattern, 0));
            }
        }
        return patterns;
    }

    private static Pattern pattern(String written, int flags) {
        String glob = written.replace('\\', '/');
        if (glob.startsWith("./")) {
            glob = glob.substring(2);
        }
        if (glob.endsWith("/")) {
            glob += "**";
        }
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < glob.length()) {
            char c = glob.charAt(i);
            boolean segment = i == 0 || glob.charAt(i - 1) == '/';
            if (segment && glob.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 3;
            } else if (segment && glob.startsWith("**", i) && i + 2 == glob.length()) {
                // a/** is a as well, as in Ant
                if (regex.length() > 0 && regex.charAt(regex.length() - 1) == '/') {
                    regex.setLength(regex.length() - 1);
                    regex.append("(?:/.*)?");
                } else {
                    regex.append(".*");
                }
                i += 2;
            } else if (c == '*') {
                regex.append("[^/]*");
                i++;
            } else if (c == '?') {
                regex.append("[^/]");
                i++;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
                i++;
            }
        }
        return Pattern.compile(regex.toString(), flags);
    }
}
