package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.supply.VerifiedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Images of which everything that was asked for is proven. */
public record VerifyResult(List<VerifiedImage> images) implements Described {
    public VerifyResult {
        images = List.copyOf(images);
    }

    @Override
    public String text() {
        return images.stream().map(VerifyResult::describe).collect(Collectors.joining("\n"));
    }

    private static String describe(VerifiedImage image) {
        List<String> proven = new ArrayList<>();
        if (!image.signedBy().isEmpty()) {
            proven.add("signed by " + image.signedBy());
        }
        if (!image.builder().isEmpty()) {
            proven.add("built from commit " + image.commit() + " by " + image.builder());
        }
        if (image.components() > 0) {
            proven.add(image.components() + " components");
        }
        return image.reference() + ": " + String.join("; ", proven);
    }

    @Override
    public String summary() {
        return images.size() + " verified";
    }
}
