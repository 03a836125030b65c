package dev.octavo

import com.cloudbees.groovy.cps.NonCPS

/** Which microservices of a run are out, which are under way, and which can begin. Branches share it. */
class Turns implements Serializable {
    private static final long serialVersionUID = 1L
    private static final String UNDER_WAY = ''
    private static final String OUT = 'out'

    /** Each microservice with a list of those that go out before it. */
    private final Map needs
    /** What became of those that have begun. */
    private final Map states = [:]

    Turns(Map needs) {
        this.needs = needs
    }

    /** Those that can begin now; they count as under way then. */
    @NonCPS
    synchronized List take() {
        List ready = []
        for (entry in needs) {
            if (!states.containsKey(entry.key) && entry.value.every { states[it] == OUT }) {
                ready.add(entry.key)
            }
        }
        for (service in ready) {
            states[service] = UNDER_WAY
        }
        return ready
    }

    @NonCPS
    synchronized void done(String service) {
        states[service] = OUT
    }

    @NonCPS
    synchronized void failed(String service, String why) {
        List lines = why.readLines()
        states[service] = lines ? lines[0] : 'failed'
    }

    @NonCPS
    synchronized List begun() {
        return new ArrayList(states.keySet())
    }

    /** A line for each. */
    @NonCPS
    synchronized String summary(String environment) {
        List lines = []
        for (entry in needs) {
            String service = entry.key
            String state = states[service]
            if (state == OUT) {
                lines.add("${service}: out in ${environment} 已部署")
            } else if (state) {
                lines.add("${service}: not out in ${environment} 未部署: ${state}")
            } else {
                List missing = entry.value.findAll { states[it] != OUT }
                lines.add("${service}: held back, it needs ${missing.join(', ')} 未开始，等待的服务没有部署成功")
            }
        }
        return lines.join('\n')
    }
}
