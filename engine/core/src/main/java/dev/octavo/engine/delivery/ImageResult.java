package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.image.BuiltImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Images that were built; nothing was pushed. */
public record ImageResult(List<Made> services) implements Described {
    private static final int DIGEST_SHOWN = 19;
    private static final double MEGABYTE = 1e6;

    /** The image of one microservice. */
    public record Made(String service, BuiltImage image) {}

    public ImageResult {
        services = List.copyOf(services);
    }

    @Override
    public String text() {
        return services.stream()
                .map(made -> made.service() + ": " + made.image().digest() + ", " + size(made.image()) + " on "
                        + made.image().baseReference()
                        + (made.image().platforms().size() > 1
                                ? " for " + String.join(", ", made.image().platforms())
                                : "")
                        + (made.image().present()
                                ? "; the registry had it, from commit "
                                        + made.image().revision()
                                : ""))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String summary() {
        return services.stream()
                .map(made -> shortened(made.image().digest()) + " "
                        + (made.image().present() ? "as before" : size(made.image())))
                .collect(Collectors.joining("; "));
    }

    private static String size(BuiltImage image) {
        return String.format(Locale.ROOT, "%.1f MB", image.size() / MEGABYTE);
    }

    /** {@code sha256:} and the first 12 digits. */
    static String shortened(String digest) {
        return digest.substring(0, Math.min(DIGEST_SHOWN, digest.length()));
    }
}
