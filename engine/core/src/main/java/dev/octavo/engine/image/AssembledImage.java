package dev.octavo.engine.image;

import dev.octavo.engine.image.ImageSpec.Origin;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image with all its bytes.
 *
 * @param top its manifest; where it is for several platforms, the index of their manifests
 * @param parts one for each platform
 */
record AssembledImage(ManifestContent top, List<Part> parts) {
    /** The image for one platform. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(ManifestContent manifest, byte[] config, ImageContent content) {}

    /** The image that contents for some platforms are, as of a commit. */
    static AssembledImage of(List<ImageContent> contents, Origin origin) {
        List<Part> parts = new ArrayList<>();
        for (ImageContent each : contents) {
            byte[] config = each.config(origin);
            parts.add(new Part(each.manifest(config, origin), config, each));
        }
        return new AssembledImage(
                parts.size() == 1 ? parts.get(0).manifest() : index(parts, origin), List.copyOf(parts));
    }

    /**
     * What tells two images apart in all but the commit and its time: the digest that the image of no commit would have.
     */
    static String inputs(List<ImageContent> contents, Origin origin) {
        return of(contents, new Origin(origin.source(), "", origin.version(), Instant.EPOCH))
                .top()
                .digest();
    }

    private static ManifestContent index(List<Part> parts, Origin origin) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
        ArrayNode list = root.putArray("manifests");
        for (Part each : parts) {
            list.addObject()
                    .put("mediaType", each.manifest().mediaType())
                    .put("digest", each.manifest().digest())
                    .put("size", each.manifest().bytes().length)
                    .set("platform", each.content().platform());
        }
        ObjectNode annotations = root.putObject("annotations");
        Map<String, String> told = ImageContent.origin(parts.get(0).content().name(), origin);
        told.forEach(annotations::put);
        byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
        return new ManifestContent(bytes, MediaTypes.OCI_INDEX, Digests.of(bytes));
    }
}
