package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class TarTimesTest {
    private static final String LONG = "/a-folder".repeat(20) + "/file";

    private static byte[] tar(long seconds, boolean posix) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(posix ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU);
            tar.setAddPaxHeadersForNonAsciiNames(posix);
            TarArchiveEntry folder = new TarArchiveEntry("app/");
            folder.setModTime(new Date(seconds * 1000));
            tar.putArchiveEntry(folder);
            tar.closeArchiveEntry();
            for (String name : new String[] {"app/a.txt", LONG.substring(1)}) {
                byte[] text = ("content of " + name).getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry file = new TarArchiveEntry(name);
                file.setSize(text.length);
                file.setModTime(new Date(seconds * 1000));
                file.setMode(0755);
                file.setIds(7, 8);
                if (posix) {
                    file.addPaxHeader("SCHILY.xattr.user.note", "kept");
                    file.addPaxHeader("atime", seconds + ".5");
                }
                tar.putArchiveEntry(file);
                tar.write(text);
                tar.closeArchiveEntry();
            }
            TarArchiveEntry link = new TarArchiveEntry("app/link", TarConstants.LF_SYMLINK);
            link.setLinkName("a.txt");
            link.setModTime(new Date(seconds * 1000));
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static byte[] copied(byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarTimes.copy(new ByteArrayInputStream(tar), out);
        return out.toByteArray();
    }

    @Test
    void whatWasMadeAtAnotherTimeIsTheSame() throws IOException {
        for (boolean posix : new boolean[] {true, false}) {
            assertThat(copied(tar(1_700_000_000, posix))).isEqualTo(copied(tar(1_800_000_000, posix)));
        }
    }

    @Test
    void allElseStays() throws IOException {
        Map<String, TarArchiveEntry> entries = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(copied(tar(1_700_000_000, true))))) {
            for (TarArchiveEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                entries.put(each.getName(), each);
                texts.put(each.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(entries).containsOnlyKeys("app/", "app/a.txt", LONG.substring(1), "app/link");
        assertThat(texts.get(LONG.substring(1))).isEqualTo("content of " + LONG.substring(1));
        assertThat(entries.values())
                .allSatisfy(each ->
                        assertThat(each.getLastModifiedTime().toInstant()).isEqualTo(Instant.ofEpochSecond(1)));
        TarArchiveEntry file = entries.get("app/a.txt");
        assertThat(file.getMode() & 0777).isEqualTo(0755);
        assertThat(file.getLongUserId()).isEqualTo(7);
        assertThat(file.getExtraPaxHeaders()).containsEntry("SCHILY.xattr.user.note", "kept");
        assertThat(entries.get("app/link").getLinkName()).isEqualTo("a.txt");
    }

    @Test
    void whatIsCutOffFails() throws IOException {
        byte[] tar = tar(1, false);
        byte[] cut = java.util.Arrays.copyOf(tar, 512 + 512 + 100);
        assertThatThrownBy(() -> copied(cut)).isInstanceOf(IOException.class);
    }
}
