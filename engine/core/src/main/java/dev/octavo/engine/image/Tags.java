package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.Digests;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Names for people: tags made from branches and builds. */
public final class Tags {
    /** A tag has 128 characters at most; this leaves room for what goes around a branch. */
    private static final int BRANCH_MAX = 90;

    private static final int HASH = 8;
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_.]+|-{2,}");

    private Tags() {}

    /**
     * A branch's name as a part of a tag: {@code feature/héllo#1} is {@code feature-h-llo-1}. A long one is cut and ends
     * in a hash of the whole, so that two stay two.
     */
    public static String safe(String branch) {
        String safe = UNSAFE.matcher(branch.strip()).replaceAll("-").replaceAll("^[-.]+|[-.]+$", "");
        if (safe.isEmpty()) {
            return branch.isBlank() ? "branch" : "branch-" + hash(branch);
        }
        if (safe.length() > BRANCH_MAX) {
            return safe.substring(0, BRANCH_MAX - HASH - 1) + "-" + hash(branch);
        }
        return safe;
    }

    /** The tag of one build of a branch: {@code SNAPSHOT-<branch made safe>-<build>}. */
    public static String snapshot(String branch, String build) {
        return "SNAPSHOT-" + safe(branch) + "-" + safe(build);
    }

    private static String hash(String text) {
        return Digests.hex(Digests.of(text.getBytes(StandardCharsets.UTF_8))).substring(0, HASH);
    }
}
