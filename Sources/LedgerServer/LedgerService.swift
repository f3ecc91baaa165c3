import Configuration
import Hummingbird
import LedgerQueries
import Logging
import Metrics
import ServiceLifecycle
