package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImagePinsTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final String OTHER = "sha256:" + "b".repeat(64);

    private static ImagePins.Pinned pin(Map<String, String> digests, String yaml) {
        Map<String, Object> content = Trees.tree(yaml);
        ManifestObject object = new ManifestObject("apps/v1", "Deployment", "", "x", content, "x.yaml", 1);
        return new ImagePins(digests).pin(List.of(object));
    }

    @Test
    void putsTheDigestIntoEveryContainerWithThatRepository() {
        ImagePins.Pinned pinned = pin(Map.of("r.io:5000/shop/orders", DIGEST), """
                spec:
                  template:
                    spec:
                      initContainers: [{name: i, image: "r.io:5000/shop/orders"}]
                      containers:
                      - {name: a, image: "r.io:5000/shop/orders:v1"}
                      - {name: b, image: "r.io:5000/shop/orders-old:v1"}
                      ephemeralContainers: [{name: e, image: "r.io:5000/shop/orders:v2"}]
                """);

        assertThat(pinned.images())
                .containsExactly(
                        new ImageUse("Deployment/x", "i", "r.io:5000/shop/orders@" + DIGEST, true),
                        new ImageUse("Deployment/x", "a", "r.io:5000/shop/orders:v1@" + DIGEST, true),
                        new ImageUse("Deployment/x", "b", "r.io:5000/shop/orders-old:v1", false),
                        new ImageUse("Deployment/x", "e", "r.io:5000/shop/orders:v2@" + DIGEST, true));
        assertThat(Json.text(pinned.objects().get(0).content()))
                .contains("r.io:5000/shop/orders:v1@" + DIGEST, "r.io:5000/shop/orders-old:v1\"");
    }

    @Test
    void findsTemplatesWhereverTheyAre() {
        ImagePins.Pinned pinned = pin(Map.of("shop/orders", DIGEST), """
                spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: "docker.io/shop/orders:1"}]}}}}}
                """);

        assertThat(pinned.images()).extracting(ImageUse::image).containsExactly("docker.io/shop/orders:1@" + DIGEST);
    }

    @Test
    void knowsDockerHubsShortNames() {
        String yaml = "spec: {containers: [{name: a, image: nginx}]}";

        assertThat(pin(Map.of("docker.io/library/nginx", DIGEST), yaml)
                        .images()
                        .get(0)
                        .image())
                .isEqualTo("nginx@" + DIGEST);
        assertThat(pin(Map.of("shop/nginx", DIGEST), yaml).images().get(0).pinned())
                .isFalse();
    }

    @Test
    void leavesADigestThatIsWrittenAndSaysSo() {
        ImagePins.Pinned pinned =
                pin(Map.of("r.io/x", DIGEST), "spec: {containers: [{name: a, image: 'r.io/x:1@" + OTHER + "'}]}");

        assertThat(pinned.images().get(0).image()).endsWith(OTHER);
        assertThat(pinned.warnings()).singleElement().asString().contains("names another digest", "x.yaml:1");
        assertThat(pin(Map.of("r.io/x", DIGEST), "spec: {containers: [{name: a, image: 'r.io/x:1@" + DIGEST + "'}]}")
                        .images()
                        .get(0)
                        .pinned())
                .isTrue();
    }

    @Test
    void warnsOfATagThatMovesWhereTheNodeKeepsWhatItHas() {
        String container = "spec: {containers: [{name: a, image: '%s', imagePullPolicy: %s}]}";

        assertThat(pin(Map.of(), container.formatted("r.io/x:latest", "IfNotPresent"))
                        .warnings())
                .hasSize(1);
        assertThat(pin(Map.of(), container.formatted("r.io:5000/x", "IfNotPresent"))
                        .warnings())
                .hasSize(1);
        assertThat(pin(Map.of(), container.formatted("r.io/x:latest", "Always")).warnings())
                .isEmpty();
        assertThat(pin(Map.of(), container.formatted("r.io/x:v1", "IfNotPresent"))
                        .warnings())
                .isEmpty();
        assertThat(pin(Map.of("r.io/x", DIGEST), container.formatted("r.io/x:latest", "IfNotPresent"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void pinsWhatOthersHaveBuiltWhereTheirDigestsAreKnown() {
        Map<String, Object> content = Trees.tree("""
                spec:
                  containers:
                  - {name: a, image: "r.io/shop/orders:v1"}
                  - {name: b, image: "mysql:8"}
                  - {name: c, image: redis}
                  - {name: d, image: "postgres:17@%s"}
                """.formatted(OTHER));
        ManifestObject object = new ManifestObject("v1", "Pod", "", "x", content, "x.yaml", 1);
        List<String> asked = new ArrayList<>();

        ImagePins.Pinned pinned = new ImagePins(Map.of("r.io/shop/orders", DIGEST)).pin(List.of(object), references -> {
            asked.addAll(references);
            return new TagDigests.Known(Map.of("mysql:8", OTHER), List.of("redis stays a tag: no answer"));
        });

        assertThat(asked).containsExactly("mysql:8", "redis");
        assertThat(pinned.images())
                .extracting(ImageUse::image)
                .containsExactly("r.io/shop/orders:v1@" + DIGEST, "mysql:8@" + OTHER, "redis", "postgres:17@" + OTHER);
        assertThat(pinned.images()).extracting(ImageUse::pinned).containsExactly(true, false, false, false);
        assertThat(pinned.warnings()).containsExactly("redis stays a tag: no answer");
        assertThat(Json.text(pinned.objects().get(0).content())).contains("\"mysql:8@" + OTHER + "\"", "\"redis\"");
    }
}
