package dev.octavo.engine.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {
    private final List<String> said = new ArrayList<>();
    private final EngineListener listener = new EngineListener() {
        @Override
        public void progress(String message) {
            said.add(message);
        }

        @Override
        public void warning(String message) {}

        @Override
        public void output(String line) {}
    };

    @Test
    void saysHowFarItHasGot() {
        Told told = new Told(listener, "Sending a layer", 3_000_000_000L, 0);

        told.add(1_200_000_000);
        told.add(300_000_000);

        assertThat(said).containsExactly("Sending a layer: 1.20 of 3.00 GB", "Sending a layer: 1.50 of 3.00 GB");
    }

    @Test
    void saysNothingOfWhatIsDoneSoon() {
        new Told(listener, "Sending a layer", 3_000).add(3_000);

        assertThat(said).isEmpty();
    }
}
