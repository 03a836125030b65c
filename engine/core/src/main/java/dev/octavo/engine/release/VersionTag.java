package dev.octavo.engine.release;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version and the name of its tag in git.
 *
 * @param version as it was given: {@code v1.0.0}, {@code 2.3.0-rc.1}; also the image's tag
 * @param name the git tag: the version, or {@code catalog-service/v1.0.0}
 */
public record VersionTag(String version, String name) {
    private static final String NUMBER = "(0|[1-9][0-9]{0,8})";
    private static final String PART = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final Pattern VERSION = Pattern.compile(
            "v?" + NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-(" + PART + "(?:\\." + PART + ")*))?");
    private static final Pattern SHORT = Pattern.compile("(v?)" + NUMBER + "(?:\\." + NUMBER + ")?");
    private static final int LONGEST = 128;

    /** By semantic versioning's precedence, the oldest first; a leading {@code v} does not count. */
    public static final Comparator<VersionTag> PRECEDENCE = VersionTag::compare;

    public VersionTag {
        requireVersion(version);
        if (!name.equals(version) && !name.endsWith("/" + version)) {
            throw new IllegalArgumentException("the tag " + name + " does not name the version " + version);
        }
    }

    /**
     * One tag for all services of the repository.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_VERSION}
     */
    public static VersionTag shared(String version) {
        requireVersion(version);
        return new VersionTag(version, version);
    }

    /**
     * A tag of the service's own: {@code service/version}.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_VERSION}
     */
    public static VersionTag of(String service, String version) {
        requireVersion(version);
        return new VersionTag(version, service + "/" + version);
    }

    /** Whether {@code text} is a version; a pipeline's stages 7 and 8 run only then. */
    public static boolean isVersion(String text) {
        return text.length() <= LONGEST && VERSION.matcher(text).matches();
    }

    /** Whether the version is one before a release: {@code v1.0.0-rc.1}. */
    public boolean isPreRelease() {
        return version.indexOf('-') >= 0;
    }

    /** What stands before the version in the tag's name: {@code catalog-service/}, or nothing. */
    public String prefix() {
        return name.substring(0, name.length() - version.length());
    }

    private static int compare(VersionTag one, VersionTag other) {
        String[] left = one.version.replaceFirst("^v", "").split("-", 2);
        String[] right = other.version.replaceFirst("^v", "").split("-", 2);
        int numbers = compareParts(left[0], right[0]);
        if (numbers != 0) {
            return numbers;
        }
        if (left.length != right.length) {
            // what is before a release is older than the release
            return right.length - left.length;
        }
        return left.length == 1 ? 0 : compareParts(left[1], right[1]);
    }

    private static int compareParts(String left, String right) {
        String[] ours = left.split("\\.");
        String[] theirs = right.split("\\.");
        for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
            int compared = comparePart(ours[i], theirs[i]);
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(ours.length, theirs.length);
    }

    private static int comparePart(String ours, String theirs) {
        boolean number = ours.matches("[0-9]+");
        if (number != theirs.matches("[0-9]+")) {
            return number ? -1 : 1;
        }
        // numbers have no leading zeros: the longer one is the greater
        return number && ours.length() != theirs.length()
                ? Integer.compare(ours.length(), theirs.length())
                : ours.compareTo(theirs);
    }

    private static void requireVersion(String text) {
        if (!isVersion(text)) {
            throw new EngineException(
                    ErrorCode.CONFIG_VERSION,
                    text.isEmpty() ? "The version is empty" : "\"" + text + "\" is not a version",
                    "TAG_NAME",
                    why(text),
                    suggestion(text)
                            .map(better -> "write it as " + better)
                            .orElse("write it as v1.0.0, 1.0.0 or v1.0.0-rc.1"));
        }
    }

    private static String why(String text) {
        if (text.indexOf('+') >= 0) {
            return "the version is also the image's tag, which may not hold a +";
        }
        if (text.length() > LONGEST) {
            return "the version is also the image's tag, which has at most " + LONGEST + " characters";
        }
        return "a version is three numbers with dots between, without leading zeros; a v may stand before it,\n"
                + "and -rc.1 or the like after it";
    }

    private static Optional<String> suggestion(String text) {
        String plain = text.strip().replaceFirst("\\+.*", "").replaceFirst("^V", "v");
        if (isVersion(plain)) {
            return Optional.of(plain);
        }
        Matcher matcher = SHORT.matcher(plain);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String minor = matcher.group(3) == null ? "0" : matcher.group(3);
        return Optional.of(matcher.group(1) + matcher.group(2) + "." + minor + ".0");
    }

    @Override
    public String toString() {
        return name;
    }
}
