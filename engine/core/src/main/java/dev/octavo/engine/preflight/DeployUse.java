package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A place in a pipeline that deploys manifests.
 *
 * @param patterns files by Ant's rules, from the top; a star where a part cannot be known
 * @param constant whether all of them are plain to see
 * @param place where they are named
 * @param shell the variables that the script sets itself, which its own {@code envsubst} sees
 * @param only the names that {@code envsubst} is told to replace; empty for all
 */
record DeployUse(
        PipelineFacts facts,
        Step step,
        Way way,
        List<Glob> patterns,
        boolean constant,
        Span place,
        Map<String, String> shell,
        Set<String> only) {
    /** What becomes of placeholders. */
    enum Way {
        /** Those of the step {@code kubernetesDeploy}. */
        COMPAT,
        ENVSUBST,
        /** They stay. */
        PLAIN,
        /** Another program changes the text, such as {@code sed}. */
        OTHER
    }

    /** A pattern by Ant's rules. */
    record Glob(String text, Pattern regex) {
        static Glob of(String text) {
            return new Glob(text, Pattern.compile(DeployUse.regex(text)));
        }

        boolean matches(String file) {
            return regex.matcher(file).matches();
        }

        boolean isWild() {
            return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.endsWith("/");
        }
    }

    DeployUse {
        patterns = List.copyOf(patterns);
        shell = Map.copyOf(shell);
        only = Set.copyOf(only);
    }

    boolean covers(String file) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(file));
    }

    /** Whether it is about production, by its files or its stage. */
    boolean isProduction() {
        return patterns.stream().anyMatch(pattern -> Manifest.isProduction(pattern.text()))
                || Manifest.isProduction(step.scope().stage().replace(' ', '-'))
                || step.scope().stage().contains("生产");
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        String text = pattern.endsWith("/") ? pattern + "**" : pattern;
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (text.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (text.charAt(i) == '*') {
                regex.append("[^/]*");
            } else if (text.charAt(i) == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(text.substring(i, i + 1)));
            }
        }
        return regex.toString();
    }
}
