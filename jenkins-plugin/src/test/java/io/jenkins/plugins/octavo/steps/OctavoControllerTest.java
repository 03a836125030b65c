package io.jenkins.plugins.octavo.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.durabletask.Controller;
import org.junit.jupiter.api.Test;

/** How the end of a short operation is noticed, and that this takes no other task's thread. */
class OctavoControllerTest {
    /** A process that has ended when it is asked for the second time; it answers that only once it may. */
    private static final class ShortProcess extends Controller {
        private static final long serialVersionUID = 1L;

        private final transient CountDownLatch askedAgain;
        private final transient CountDownLatch mayEnd;
        private final transient AtomicInteger questions = new AtomicInteger();

        ShortProcess(CountDownLatch askedAgain, CountDownLatch mayEnd) {
            this.askedAgain = askedAgain;
            this.mayEnd = mayEnd;
        }

        @Override
        public Integer exitStatus(FilePath workspace, Launcher launcher, TaskListener listener)
                throws InterruptedException {
            if (questions.incrementAndGet() == 1) {
                return null;
            }
            askedAgain.countDown();
            mayEnd.await();
            return 0;
        }

        @Override
        public boolean writeLog(FilePath workspace, OutputStream sink) {
            return false;
        }

        @Override
        public void stop(FilePath workspace, Launcher launcher) {
            // it ends by itself
        }

        @Override
        public void cleanup(FilePath workspace) {
            // nothing to delete
        }
    }

    private static Integer ask(Controller process) throws Exception {
        return new OctavoController(process).exitStatus(null, null, TaskListener.NULL);
    }

    @Test
    void theEndIsNoticedWithinOneQuestionOfJenkins() throws Exception {
        assertEquals(0, ask(new ShortProcess(new CountDownLatch(1), new CountDownLatch(0))));
    }

    @Test
    void whereManyWaitTheNextIsAskedOnceAndGivesItsThreadBack() throws Exception {
        int many = OctavoController.WAITING_AT_ONCE;
        CountDownLatch askedAgain = new CountDownLatch(many);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            List<Future<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                waiting.add(threads.submit(() -> ask(new ShortProcess(askedAgain, mayEnd))));
            }
            assertTrue(askedAgain.await(1, TimeUnit.MINUTES));

            ShortProcess next = new ShortProcess(new CountDownLatch(1), mayEnd);
            assertNull(ask(next));
            assertEquals(1, next.questions.get());

            mayEnd.countDown();
            for (Future<Integer> one : waiting) {
                assertEquals(0, one.get());
            }
        } finally {
            mayEnd.countDown();
            threads.shutdown();
        }
    }

    @Test
    void whatAFailedProcessReturnedIsNotWrittenIntoTheLogAgain() throws Exception {
        Controller failed = new OctavoController(new EndedProcess(9));
        Controller done = new OctavoController(new EndedProcess(0));

        failed.exitStatus(null, null, TaskListener.NULL);
        done.exitStatus(null, null, TaskListener.NULL);

        assertEquals(0, failed.getOutput(null, null).length);
        assertEquals("{}", new String(done.getOutput(null, null), StandardCharsets.UTF_8));
    }

    /** Has ended, and returned an empty result. */
    private static final class EndedProcess extends Controller {
        private static final long serialVersionUID = 1L;

        private final int status;

        EndedProcess(int status) {
            this.status = status;
        }

        @Override
        public Integer exitStatus(FilePath workspace, Launcher launcher, TaskListener listener) {
            return status;
        }

        @Override
        public byte[] getOutput(FilePath workspace, Launcher launcher) {
            return "{}".getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean writeLog(FilePath workspace, OutputStream sink) {
            return false;
        }

        @Override
        public void stop(FilePath workspace, Launcher launcher) {
            // it has ended
        }

        @Override
        public void cleanup(FilePath workspace) {
            // nothing to delete
        }
    }
}
