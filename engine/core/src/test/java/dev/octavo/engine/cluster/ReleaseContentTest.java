package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ReleaseContentTest {
    private static final ManifestObject SETTINGS = new ManifestObject(
            "v1",
            "ConfigMap",
            "shop",
            "settings",
            Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", "settings"), "data", Map.of()),
            "deploy/app.yaml",
            3);

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        ObjectRef kept = new ObjectRef("v1", "PersistentVolumeClaim", "shop", "data");
        ReleaseContent content = new ReleaseContent(List.of(SETTINGS), List.of(kept));

        assertThat(ReleaseContent.unpack(content.pack())).isEqualTo(content);
        assertThat(content.inventory()).containsExactly(ObjectRef.of(SETTINGS), kept);
    }

    @Test
    void hasTheSameDigestWhateverIsKeptBesides() {
        ReleaseContent one = new ReleaseContent(List.of(SETTINGS), List.of());
        ReleaseContent other =
                new ReleaseContent(List.of(SETTINGS), List.of(new ObjectRef("v1", "ConfigMap", "shop", "old")));

        assertThat(one.digest()).isEqualTo(other.digest()).isNotEqualTo(ReleaseContent.EMPTY.digest());
    }

    @Test
    void refusesWhatItHasNotWritten() throws IOException {
        byte[] noObject = packed("{\"objects\":[{\"content\":{\"kind\":\"ConfigMap\"}}]}");
        byte[] noJson = packed("nonsense");

        assertThatThrownBy(() -> ReleaseContent.unpack(noObject)).hasMessageContaining("without apiVersion");
        assertThatThrownBy(() -> ReleaseContent.unpack(noJson)).hasMessageContaining("not JSON");
        assertThatThrownBy(() -> ReleaseContent.unpack(new byte[] {1, 2, 3})).isInstanceOf(IOException.class);
    }

    @Test
    void doesNotUnpackWithoutBounds() throws IOException {
        byte[] bomb = packed("[" + " ".repeat(70 * 1024 * 1024));

        assertThatThrownBy(() -> ReleaseContent.unpack(bomb)).hasMessageContaining("larger than 64 MB");
    }
}
