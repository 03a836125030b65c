package dev.octavo.engine.preflight;

/**
 * An image as it is named, variables and all.
 *
 * @param repository with its registry, except Docker Hub's
 * @param tag {@code ""} where there is none
 */
record ImageName(String repository, String tag) {
    static ImageName of(String text) {
        String plain = text.replaceFirst("@sha256:.*$", "");
        int slash = plain.lastIndexOf('/');
        int colon = -1;
        int depth = 0;
        for (int i = Math.max(0, slash); i < plain.length(); i++) {
            char c = plain.charAt(i);
            depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
            if (c == ':' && depth == 0) {
                colon = i;
                break;
            }
        }
        String repository = colon < 0 ? plain : plain.substring(0, colon);
        return new ImageName(
                repository.replaceFirst(
                        "^(?:docker\\.io|index\\.docker\\.io|registry-1\\.docker\\.io)/(?:library/)?", ""),
                colon < 0 ? "" : plain.substring(colon + 1));
    }

    /** The last part of the repository. */
    String base() {
        return repository.substring(repository.lastIndexOf('/') + 1);
    }

    /** Whether there is something in it that cannot be known. */
    boolean isUnknown() {
        return repository.contains("$(") || tag.contains("$(");
    }

    String tagOrLatest() {
        return tag.isEmpty() ? "latest" : tag;
    }
}
