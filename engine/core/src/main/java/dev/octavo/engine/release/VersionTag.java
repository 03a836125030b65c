package dev.octavo.engine.release;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
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
