# Everything Larmor takes from elsewhere. Nothing is fetched here: ./larmor installs it first.
include(FeatureSummary)

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

macro(larmor_need name purpose)
  find_package(${name} ${ARGN} REQUIRED)
  set_package_properties(${name} PROPERTIES PURPOSE "${purpose}")
endmacro()

larmor_need(nlohmann_json "protocols, plugin manifests, --json")
larmor_need(CLI11 "the command line")
larmor_need(spdlog "the log")
larmor_need(fmt "text")
larmor_need(Eigen3 "small dense matrices of coil calibration")
larmor_need(PNG "pictures and masks as PNG")
larmor_need(ZLIB "compressed NIfTI")
larmor_need(pugixml "ISMRMRD headers")

# HDF5: the serial library. VTK's packages bring the MPI one along, and it must not be taken by accident.
pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

find_path(NIFTI_INCLUDE_DIR nifti1_io.h PATH_SUFFIXES nifti REQUIRED)
find_library(NIFTI_LIBRARY niftiio REQUIRED)
find_library(ZNZ_LIBRARY znz REQUIRED)
add_library(larmor_nifti INTERFACE)
target_include_directories(larmor_nifti SYSTEM INTERFACE ${NIFTI_INCLUDE_DIR})
target_link_libraries(larmor_nifti INTERFACE ${NIFTI_LIBRARY} ${ZNZ_LIBRARY} ZLIB::ZLIB)
target_compile_definitions(larmor_nifti INTERFACE HAVE_ZLIB)

include(LarmorTorch)

if(LARMOR_DESKTOP)
  larmor_need(Qt6 "the window" COMPONENTS Core Gui Widgets Svg Network)
  larmor_need(VTK "image panes (imaging filters on the CPU)" COMPONENTS CommonCore CommonDataModel CommonExecutionModel CommonMath CommonTransforms ImagingCore ImagingColor)
endif()
if(LARMOR_TESTS)
  larmor_need(doctest "tests of everything below the window")
  if(LARMOR_DESKTOP)
    larmor_need(Qt6Test "tests of the window")
  endif()
endif()
